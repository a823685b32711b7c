"""A sitting, from the first question to the summary, over a real database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import chain, cycle

import pytest

from ptcards.config import Config
from ptcards.errors import UsageError
from ptcards.runner.protocol import Verdict, Why
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import day_of
from ptcards.scheduling.queue import AHEAD, WEAKEST, Scope, deck_of
from ptcards.store.queue import DailyQueue
from ptcards.study import actions, trust
from ptcards.study.cards import Catalogue, card
from ptcards.study.session import Question, Session
from tests.study.conftest import COLUMN, DAY, MONDAY_EIGHT, WORDS, Bench

ITALIAN = {"one": "uno", "two": "due", "three": "tre", "four": "quattro"}
ONLY_WORDS = Scope(decks=("words",))
NO_MODULES = Config(new_per_day=10)


@pytest.fixture
def words(open_bench: Callable[..., Bench], runner: Runner) -> Bench:
    return open_bench(WORDS, config=NO_MODULES, runner=runner)


def asked(session: Session) -> Question:
    question = session.next()
    assert question is not None
    return question


def begin(bench: Bench, scope: Scope = ONLY_WORDS) -> Session:
    """A session whose first card is asked."""
    session = Session(bench.desk, scope)
    asked(session)
    return session


def teach(session: Session, q: int) -> None:
    session.show()
    session.grade(q)


def answer_right(session: Session) -> str:
    """Answer the card at hand, take the proposed grade, and say which it was."""
    card = asked(session).card
    assert session.submit(ITALIAN[card.id]).passed
    assert session.proposal is not None
    session.grade(session.proposal.q)
    return card.id


def test_new_cards_of_several_decks_take_turns_and_the_home_screen_counts_the_same(
    open_bench: Callable[..., Bench],
) -> None:
    bench = open_bench(WORDS, WORDS.replace("deck: words", "deck: more"), config=Config(new_per_day=5))
    desk, offered = bench.desk, []

    def counted() -> dict[str, int]:
        return {deck.slug: deck.counts.new for deck in desk.home().decks}

    assert counted() == {"more": 2, "pytorch-notes": 2, "words": 1}
    while (question := Session(desk, Scope()).next()) is not None:
        offered.append(question.key.replace("pytorch-notes/unsqueeze-column", "notes/one").split("/"))
        actions.grade(desk, question.key, 4)
        assert sum(counted().values()) == 5 - len(offered)
    assert [deck for deck, _ in offered] == ["more", "notes", "words", "more", "pytorch-notes"]
    assert [card for _, card in offered[:4]] == ["one", "one", "one", "two"]


def test_a_mistake_stays_with_its_question_and_once_overcome_is_again_with_hard_one_key_away(
    words: Bench,
) -> None:
    session = Session(words.desk, ONLY_WORDS)
    first = asked(session)
    session.submit("one")
    assert session.next() == first
    with pytest.raises(UsageError):
        session.grade(4)
    session.submit("uno")
    assert session.proposal is not None
    assert session.proposal.q == 2
    buttons = {button.label: button for button in session.buttons()}
    assert buttons["Again"].proposed
    assert (buttons["Again"].q, buttons["Again"].outlook) == (2, (1, 1, True))
    assert session.grade(3).event.label == "Hard"


PREDICTIONS = """\
deck: predictions
title: Predictions
cards:
  - id: checked
    question: The main package?
    accepts: text
    check: assert answer == "opencv-python", "cv2 is what you import"
    solution: opencv-python
  - {id: plain, question: How many?, accepts: literal, solution: "1234"}
  - {id: known, question: Why?, accepts: recall, solution: So.}
"""


def test_a_mistake_in_a_prediction_does_not_give_the_answer_away_and_what_is_known_is_graded_once_shown(
    words: Bench,
) -> None:
    words.take(PREDICTIONS)
    session = Session(words.desk, Scope(decks=("predictions",)))
    for wrong, answer in (("cv2", "opencv-python"), ("7", "1234")):
        asked(session)
        outcome = session.submit(wrong)
        assert outcome.verdict is Verdict.FAIL
        assert answer not in repr(outcome)
        session.submit(answer)
        session.grade(4)
    past = card(words.desk, "predictions/checked").reviews[-1]
    assert (past.event.verdict, past.event.why) == ("fail", "values")
    assert asked(session).card.id == "known"
    with pytest.raises(UsageError):
        session.grade(4)
    session.reveal()
    assert session.grade(4).after.interval_days == 1


def test_what_scored_below_good_is_drilled_until_it_scores_good_or_the_day_ends(words: Bench) -> None:
    session = begin(words)
    teach(session, 0)
    for _ in range(3):
        answer_right(session)
    assert session.next() is None
    assert session.remaining.drill == Session(words.desk, ONLY_WORDS).remaining.drill == 1
    session.start_drill()
    assert asked(session).drill
    session.act("bury")
    session.undo()  # leaves the grades before it counted
    assert (session.summary().cards, asked(session).draft) == (4, "")
    teach(session, 1)
    assert asked(session).card.id == "one"
    words.pass_days(1)
    assert Session(words.desk, ONLY_WORDS).remaining.drill == 0
    words.pass_days(-1)
    answer_right(session)
    assert session.next() is None
    assert session.remaining.drill == 0


def test_a_queue_kept_through_answers_is_the_one_that_would_be_read(words: Bench) -> None:
    words.take(WORDS.replace("deck: words", "deck: more"))
    actions.act(words.desk, "more/two", action="suspend")
    store, wanted = (
        words.desk.store,
        (words.desk.now().day, Config(6, decks={"more": {"new_per_day": 2}}), Scope(), {"words/one"}),
    )
    # The second of a deck before its first: the next turns are other decks'.
    assert list(store.queue.of_day(*wanted).new)[5] == "words/three"
    actions.grade(words.desk, "words/three", 4)
    assert list(store.queue.of_day(*wanted).new)[4] == "words/two"
    kept, grades = store.queue.of_day(*wanted), cycle((4, 3, 1, 5, 2))
    while key := next(chain(*kept), None):
        actions.grade(words.desk, key, next(grades))
        assert store.queue.of_day(*wanted) is kept
        assert list(map(list, kept)) == list(map(list, DailyQueue(store._database).of_day(*wanted)))
    actions.undo(words.desk)
    assert len(store.queue.of_day(*wanted).drill) == 1


AFTER = WORDS.replace("solution: quattro", "solution: quattro, after: [two, more/one]")
MORE = WORDS.replace("deck: words", "deck: more").replace("solution: tre", "solution: tre, after: [two, two]")


def test_a_new_card_waits_until_those_before_it_have_two_repetitions(words: Bench) -> None:
    words.take(AFTER)
    words.take(MORE)
    desk, queue = words.desk, words.desk.store.queue

    def new() -> str:
        wanted = desk.now().day, NO_MODULES._replace(new_per_day=99), Scope(decks=("more", "words")), ()
        kept = queue.of_day(*wanted)
        anew = DailyQueue(desk.store._database).of_day(*wanted)
        assert list(map(list, kept)) == list(map(list, anew))
        held = [deck.counts.held_back.after for deck in desk.home().decks if deck.slug in ("more", "words")]
        offered = Counter(map(deck_of, kept.new))
        assert [offered[slug] + held[at] for at, slug in enumerate(("more", "words"))] == [
            sum(
                one.schedule.due_day is None and not one.schedule.suspended
                for one in desk.store.library.cards([slug])
            )
            for slug in ("more", "words")
        ]
        return " ".join(key for key in ("more/three", "words/four") if key in kept.new)

    assert (new(), card(desk, "words/four").waits_for) == ("", ("more/one", "words/two"))
    for _ in range(2):
        for key in ("more/one", "more/two"):
            assert new() == ""
            actions.grade(desk, key, 4)
        words.pass_days(6)
    assert (new(), card(desk, "words/four").waits_for) == ("more/three", ("words/two",))
    # What has lapsed holds back again what was not begun; what was begun goes on.
    actions.grade(desk, "more/two", 1)
    assert new() == ""
    actions.undo(desk)
    actions.grade(desk, "more/three", 4)
    actions.grade(desk, "more/two", 1)
    words.pass_days(1)
    assert "more/three" in queue.of_day(desk.now().day, NO_MODULES).due
    # What is suspended, gone or disabled, or cannot be asked here, holds nothing back.
    actions.act(desk, "words/two", action="suspend")
    assert new() == "words/four"
    actions.undo(desk)
    words.take(AFTER.replace("id: two", "id: zwei, was: [two]"))
    assert (new(), card(desk, "words/four").waits_for) == ("", ("words/zwei",))
    assert queue.waiting(desk.now().day, {"words/zwei"}) == {}
    words.take(AFTER.replace("id: two", "id: due"))
    assert new() == "words/four"


def test_who_chose_a_card_by_hand_need_not_wait_for_others(words: Bench) -> None:
    words.take(AFTER)
    assert Session(words.desk, ONLY_WORDS).remaining.new == 3
    assert Session(words.desk, Scope(decks=("words",), tag="odd")).remaining.new == 1
    for scope in (
        Scope(cards=("words/four",)),
        Scope(query="quattro"),
        Scope(cards=("words/four",), cram=True),
    ):
        assert asked(Session(words.desk, scope)).key == "words/four"
    actions.grade(words.desk, "words/four", 4)
    assert card(words.desk, "words/four").schedule.repetitions == 1


def test_a_search_is_studied_whole_and_what_is_due_in_it_is_a_review(words: Bench) -> None:
    for card_id in ("one", "two"):
        actions.grade(words.desk, f"words/{card_id}", 4)
    actions.act(words.desk, "words/four", action="suspend")
    words.pass_days(1)
    actions.grade(words.desk, "words/two", 4)
    session, kinds = Session(words.desk, Scope(query="deck:words -tag:even")), dict[str, str]()
    while (question := session.next()) is not None:
        assert question.cram is (session.buttons()[2].outlook.interval_days == 0)
        session.submit(ITALIAN[question.card.id])
        kinds[question.key] = str(session.grade(4).event.kind)
    assert next(iter(kinds.items())) == ("words/one", "graded")
    assert kinds == {"words/one": "graded", "words/two": "crammed", "words/three": "crammed"}
    assert (session.summary().cards, session.summary().cram, session.remaining.drill) == (4, False, 0)


def test_with_nothing_due_there_are_tomorrow_s_cards_and_the_weakest(words: Bench) -> None:
    for grades in ({"one": 5, "two": 4, "three": 4}, {"one": 5, "two": 3, "three": 1}):
        for card_id, q in grades.items():
            actions.grade(words.desk, f"words/{card_id}", q)
        words.pass_days(1)
    words.pass_days(-1)
    ahead = Session(words.desk, AHEAD)
    assert (asked(ahead).key, ahead.remaining.due) == ("words/three", 1)
    weakest = Session(words.desk, WEAKEST)
    found = list[str]()
    for _ in range(3):
        found.append(asked(weakest).card.id)
        weakest.submit(ITALIAN[found[-1]])
        weakest.grade(4)
    assert found == ["three", "two", "one"]


def test_undo_names_what_it_takes_back_asks_its_card_next_and_redo_brings_it_back(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    answer_right(session)
    answer_right(session)
    words.at += 120_000
    preview, later = session.undo_preview(), Session(words.desk, ONLY_WORDS).undo_preview()
    assert preview is not None
    assert (preview.what, preview.seconds_ago, preview.ask_first) == ("Good on two", 120, False)
    assert later == preview._replace(ask_first=True)
    session.undo()
    question = asked(session)
    assert (question.card.id, question.teachable, session.summary().cards) == ("two", True, 1)
    session.undo(redo=True)
    assert (asked(session).card.id, session.summary().cards) == ("three", 2)


def test_what_was_typed_is_kept_until_the_card_is_graded_and_comes_back_with_an_undo(words: Bench) -> None:
    begin(words).save_draft("un")
    session, crammed = begin(words), Scope(cards=("words/one",), cram=True)
    assert asked(session).draft == "un"
    session.submit("un")
    answer_right(session)
    assert asked(begin(words, crammed)).draft == ""
    session.undo()
    assert (asked(session).card.id, asked(session).draft) == ("one", "uno")
    session.save_draft("due")
    session.undo(redo=True)
    assert asked(begin(words, crammed)).draft == ""
    assert asked(session).draft == ""
    session.save_draft("half of it")
    teach(session, 0)
    session.undo()
    assert asked(session).draft == "half of it"


def test_mistakes_and_hints_of_a_card_count_until_it_is_graded_or_the_day_ends(words: Bench) -> None:
    alone = Scope(cards=("words/two",))
    session = begin(words, alone)
    assert [session.hint(), session.hint(), session.hint()] == ["It rhymes with bue.", "d-e", None]
    assert session.hints_shown == ("It rhymes with bue.", "d-e")
    session.submit("un")
    session.skip()
    again = begin(words, alone)
    assert (again.attempt.fails, again.attempt.hints) == (1, 2)
    again.submit("due")
    assert again.proposal is not None
    assert again.proposal.q == 2
    again.grade(2)
    again.undo()
    asked(again)
    assert (again.attempt.fails, again.attempt.passed) == (1, False)
    again.show()
    words.pass_days(1)
    attempt = begin(words, alone).attempt
    assert (attempt.fails, attempt.hints, attempt.shown) == (0, 0, False)


def test_cards_come_in_the_decks_order_each_once_skipped_ones_at_the_end_and_the_last_at_once(
    words: Bench,
) -> None:
    session, seen = Session(words.desk, ONLY_WORDS), list[tuple[str, int]]()
    while (question := session.next()) is not None:
        seen.append((question.card.id, session.remaining.new))
        if len(seen) in (1, 2, 6):
            session.skip()
        else:
            teach(session, 4)
    first, then = [("one", 4), ("two", 4), ("three", 4), ("four", 3)], [("one", 2), ("two", 1), ("two", 1)]
    assert seen == [*first, *then]
    assert session.remaining.drill == 0


@pytest.mark.parametrize(
    ("limits", "offered"),
    [
        (Config(new_per_day=2), (1, 1, 3)),
        (Config(decks={"words": {"new_per_day": 2}}), (5, 2, 2)),
        (Config(reviews_per_day=2), (5, 0, 0)),
    ],
)
def test_a_card_that_is_skipped_keeps_its_place_among_today_s_new_or_due_ones(
    open_bench: Callable[..., Bench], runner: Runner, limits: Config, offered: tuple[int, ...]
) -> None:
    bench = open_bench(WORDS, config=limits, runner=runner)
    if limits.reviews_per_day is not None:
        for card_id in ITALIAN:
            actions.grade(bench.desk, f"words/{card_id}", 4)
        bench.pass_days(1)
    notes, words = (deck.counts for deck in bench.desk.home().decks)
    assert (notes.new, words.new, words.held_back.new) == offered
    session = Session(bench.desk, ONLY_WORDS)
    skipped = asked(session).card.id
    session.skip()
    other, last = answer_right(session), answer_right(session)
    assert (other != skipped, last, session.next()) == (True, skipped, None)


def test_a_card_dropped_from_the_drill_stays_out_of_it(words: Bench) -> None:
    session = Session(words.desk, Scope(cards=("words/one", "words/two")))
    while session.next() is not None:
        teach(session, 1)
    session.start_drill()
    dropped = asked(session).card.id
    session.drop_from_drill()
    other = asked(session).card.id
    session.skip()
    assert (asked(session).card.id, dropped == other) == (other, False)


def test_a_disputed_answer_is_graded_by_hand_listed_and_reported_with_the_question_as_it_was_asked(
    words: Bench,
) -> None:
    varied = WORDS.replace("question: One?", 'question: "One of $n?", vary: {n: [3, 4, 5, 6, 7, 8, 9]}')
    words.take(varied)
    for place in range(4):
        words.pass_days(30)
        session = begin(words, Scope(cards=("words/one",)))
        question = asked(session).card.question
        session.submit("un")
        session.dispute("un is right before a noun")
        session.grade(4)
        report = actions.report(words.desk, "words/one")
        assert question in report, place
    assert "un is right before a noun" in report
    assert "```python\nun\n```" in report
    assert [view.key for view in Catalogue(words.desk).find("is:disputed")] == ["words/one"]
    words.take(varied.replace("id: one,", "id: first, was: [one],"))
    assert [view.key for view in Catalogue(words.desk).find("is:disputed")] == ["words/first"]
    assert "un is right before a noun" in actions.report(words.desk, "words/first")


def test_cramming_moves_no_schedule_teaches_nothing_and_asks_everything_the_skipped_last(
    words: Bench,
) -> None:
    session = Session(words.desk, ONLY_WORDS._replace(cram=True))
    first = asked(session)
    assert first.cram
    session.skip()
    found = [answer_right(session) for _ in range(3)]
    assert asked(session).card == first.card
    session.show()
    assert session.proposal is not None
    assert (session.proposal.q, session.proposal.verdict) == (0, "shown")
    session.grade(0)
    assert {*found, first.card.id} == set(ITALIAN)
    assert session.next() is None
    assert session.remaining.drill == 0
    assert all(view.state == "new" for view in Catalogue(words.desk).find("deck:words"))


def test_a_session_may_be_of_a_tag_and_be_cut_short_by_count_and_by_minutes(words: Bench) -> None:
    assert Session(words.desk, ONLY_WORDS._replace(new=2)).remaining.new == 2
    tagged = Session(words.desk, ONLY_WORDS._replace(tag="odd"))
    assert (answer_right(tagged), tagged.next()) == ("three", None)
    counted = Session(words.desk, ONLY_WORDS._replace(limit=2))
    assert asked(counted).expected == 2
    assert (answer_right(counted), answer_right(counted), counted.next()) == ("one", "two", None)
    counted.undo()
    clock = iter([0.0, 1.0, 2.0, *[61.0] * 50])
    timed = Session(words.desk, ONLY_WORDS._replace(minutes=1), monotonic=lambda: next(clock))
    assert (answer_right(timed), timed.remaining.new, timed.next()) == ("two", 1, None)


@pytest.mark.parametrize("scope", [Scope(decks=("wordz",)), Scope(tag="even"), Scope(query="gibberish")])
def test_a_scope_that_names_what_is_not_there_is_refused(words: Bench, scope: Scope) -> None:
    with pytest.raises(UsageError, match=r"words|odd|No card matches 'gibberish'"):
        Session(words.desk, scope)


def test_the_day_may_roll_over_during_a_session_and_every_day_has_a_backup(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    answer_right(session)
    answer_right(session)
    words.pass_days(1)
    assert [session.changed_day(), session.changed_day()] == [True, False]
    assert (asked(session).card.id, asked(session).teachable) == ("one", False)
    for _ in range(2):
        Session(words.desk, ONLY_WORDS)
        words.pass_days(1)
    names = [backup.name for backup in (words.file.parent / "backups").iterdir()]
    assert sorted(names) == [f"ptcards-2026-11-{day}.db" for day in (23, 24, 25)]


def test_the_summary_reports_what_happened_and_what_was_not_asked(words: Bench) -> None:
    answer_right(Session(words.desk, ONLY_WORDS, lambda: 0))
    session = Session(words.desk, ONLY_WORDS, lambda: 0)
    asked(session)
    session.submit("wrong")
    session.submit("due")
    session.grade(2)
    asked(session)
    teach(session, 0)
    summary = session.summary()
    assert (summary.cards, summary.below_good, summary.left) == (3, 2, (0, 1))
    assert summary.ends == {"right at the first check": 1, "after a mistake": 1, "taught": 1}
    assert summary.went_badly == ("words/two",)
    tomorrow = summary.tomorrow
    # No time was taken yet: 13 cards at half a minute.
    assert (tomorrow.streak, tomorrow.counts.due, tomorrow.counts.new, tomorrow.minutes) == (1, 3, 10, 7)


def test_looking_a_name_up_runs_no_code_of_a_deck_that_nobody_was_asked_about(
    open_bench: Callable[..., Bench], runner: Runner
) -> None:
    ran = "preamble: raise SystemExit('ran')\ncards:\n  - {id: one, question: One?, solution: '1'"
    bench = open_bench(f"deck: plain\n{ran}, accepts: literal}}", runner=runner, trust=False)
    bench.take(
        f"deck: noted\n{ran}, accepts: recall, given: 1 / 0}}".replace("preamble", "x-note"), trust=False
    )
    for slug in ("plain", "noted"):
        session = begin(bench, Scope(decks=(slug,)))
        found = session.look_up("page", "", "torch.nn.Linear")
        assert (found.message, "tLinear(in_features" in found.stdout) == ("", True), slug
        assert "no name" in session.look_up("names", "", "exit('the starter ran').").message


def test_code_is_run_once_it_is_trusted_and_the_real_runner_names_the_misconception(
    open_bench: Callable[..., Bench], runner: Runner
) -> None:
    bench = open_bench(COLUMN, runner=runner, trust=False)
    session = begin(bench, Scope(decks=("shapes",)))
    outcome = session.submit("x.unsqueeze(1)")
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.UNTRUSTED)
    (request,) = trust.requests(bench.desk)
    assert (request.cards, request.imports) == (1, ("torch",))
    trust.agree(bench.desk, "shapes")
    given = session.prepare()
    assert given is not None
    assert given.values["x"].shape == (4,)
    outcome = session.submit("x.unsqueeze(0)")
    said = "the new dimension goes last", "dim 0 puts the new axis first"
    assert (outcome.message, outcome.because) == said
    assert session.submit("x.unsqueez(1)").slip
    assert session.submit("x.unsqueeze(1)").passed
    assert session.attempt.mistakes == said[1:]
    assert session.grade(2).event.q == 2


# -- due days spread a little, where that is asked for -----------------------------------------------------

EVERYTHING = Scope(decks=("words",), new=4)
FIRST_DAY = 20_780
Intervals = dict[str, int]


def answer_all(session: Session, bench: Bench) -> Intervals:
    """Answer all that is due today with Easy; gives after how many days each card comes back."""
    found: Intervals = {}
    while (question := session.next()) is not None:
        session.show()
        promised = {button.q: button.outlook.interval_days for button in session.buttons()}[5]
        due = session.grade(5).after.due
        assert due is not None
        found[question.card.id] = day_of(due) - FIRST_DAY - (bench.at - MONDAY_EIGHT) // DAY
        # What the key showed before it was pressed.
        assert promised == found[question.card.id]
    return found


@pytest.mark.parametrize("fuzz", [False, True])
def test_fuzz_spreads_within_five_percent_and_never_compounds(
    open_bench: Callable[..., Bench], fuzz: bool
) -> None:
    assert not Config().fuzz
    bench = open_bench(WORDS, config=Config(fuzz=fuzz))
    for planned in (1, 6, 17, 50, 150, 465, 1488, 4911):  # each on the day on which the last card is due
        found = answer_all(Session(bench.desk, EVERYTHING), bench)
        assert all(abs(days - planned) * 20 <= planned * fuzz for days in found.values())
        bench.pass_days(max(found.values()))
    assert len(set(found.values())) == (4 if fuzz else 1)


def test_what_is_undone_and_given_again_has_the_same_day(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(WORDS, config=Config(fuzz=True))
    for _ in range(5):
        session = Session(bench.desk, EVERYTHING)
        first = answer_all(session, bench)
        for _ in first:
            session.undo()
        assert answer_all(session, bench) == first
        bench.pass_days(max(first.values()))
    assert bench.desk.store.log.check() == ()
