"""A sitting, from the first question to the summary, over a real database."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, cycle

import pytest

from ptcards.config import Config
from ptcards.errors import StaleAnswerError, UsageError
from ptcards.runner.protocol import Verdict, Why
from ptcards.runner.runner import Runner
from ptcards.scheduling.queue import AHEAD, WEAKEST, Limits, Scope
from ptcards.store.queue import DailyQueue
from ptcards.study import actions, trust
from ptcards.study.cards import Catalogue, card
from ptcards.study.session import Question, Session
from tests.study.bench import COLUMN, WORDS, Bench

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


def answer_right(session: Session) -> str:
    """Answer the card at hand, take the proposed grade, and say which it was."""
    card = asked(session).card
    assert session.submit(ITALIAN[card.id]).passed
    assert session.proposal is not None
    session.grade(session.proposal.q)
    return card.id


def test_new_cards_come_in_the_deck_s_order_and_each_once(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    assert [answer_right(session) for _ in range(4)] == ["one", "two", "three", "four"]
    assert session.next() is None
    assert session.drill_waiting == 0


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


def test_the_question_stays_until_it_is_graded(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    first = asked(session)
    session.submit("no")
    assert session.next() == first


def test_a_mistake_overcome_is_again_with_hard_one_key_away(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.submit("one")
    session.submit("uno")
    proposal = session.proposal
    assert proposal is not None
    assert proposal.q == 2
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
"""


def test_a_mistake_in_a_prediction_does_not_give_the_answer_away(words: Bench) -> None:
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


def test_nothing_can_be_graded_before_there_is_evidence(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.submit("wrong")
    with pytest.raises(UsageError):
        session.grade(4)


def test_what_scored_below_good_is_drilled_until_it_scores_good(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.show()
    session.grade(0)
    for _ in range(3):
        answer_right(session)
    assert session.next() is None
    assert session.drill_waiting == 1
    session.start_drill()
    assert asked(session).drill
    session.show()
    session.grade(1)
    assert asked(session).card.id == "one"
    answer_right(session)
    assert session.next() is None
    assert session.drill_waiting == 0


def test_a_queue_kept_through_answers_is_the_one_that_would_be_read(words: Bench) -> None:
    words.take(WORDS.replace("deck: words", "deck: more"))
    actions.act(words.desk, "more/two", action="suspend")
    store, wanted = (
        words.desk.store,
        (words.desk.now().day, Limits(6, None, {"more": 2}), Scope(), {"words/one"}),
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
    assert (session.summary().cards, session.summary().cram, session.drill_waiting) == (4, False, 0)
    with pytest.raises(UsageError, match="No card matches 'gibberish'"):
        Session(words.desk, Scope(query="gibberish"))


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


def test_the_drill_survives_quitting_and_ends_with_the_day(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.show()
    session.grade(0)
    assert Session(words.desk, ONLY_WORDS).drill_waiting == 1
    words.pass_days(1)
    assert Session(words.desk, ONLY_WORDS).drill_waiting == 0


def test_undo_names_what_it_takes_back_and_the_card_is_asked_next(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    answer_right(session)
    answer_right(session)
    words.at += 120_000
    preview = session.undo_preview()
    assert preview is not None
    assert (preview.what, preview.seconds_ago, preview.ask_first) == ("Good on two", 120, False)
    session.undo()
    assert asked(session).card.id == "two"
    assert asked(session).teachable


def test_undo_of_an_earlier_session_asks_first(words: Bench) -> None:
    answer_right(Session(words.desk, ONLY_WORDS))
    preview = Session(words.desk, ONLY_WORDS).undo_preview()
    assert preview is not None
    assert preview.ask_first


def test_redo_brings_the_answer_back_and_the_summary_counts_it(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    answer_right(session)
    session.undo()
    assert session.summary().cards == 0
    session.redo()
    assert session.summary().cards == 1
    assert asked(session).card.id == "two"


def test_a_draft_survives_until_the_card_is_graded(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.save_draft("un")
    again = Session(words.desk, ONLY_WORDS)
    assert asked(again).draft == "un"
    answer_right(again)
    assert asked(Session(words.desk, Scope(cards=("words/one",), cram=True))).draft == ""


def test_undo_gives_back_what_was_typed_and_redo_takes_it_away_again(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.submit("un")
    answer_right(session)
    session.undo()
    assert (asked(session).card.id, asked(session).draft) == ("one", "uno")
    session.redo()
    assert asked(Session(words.desk, Scope(cards=("words/one",), cram=True))).draft == ""


def test_undo_gives_back_what_was_typed_before_the_solution_was_shown(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.save_draft("half of it")
    session.show()
    session.grade(0)
    session.undo()
    assert asked(session).draft == "half of it"


def test_the_undo_of_a_bury_leaves_the_grades_before_it_counted(words: Bench) -> None:
    session = Session(words.desk, Scope(cards=("words/one",)))
    asked(session)
    session.show()
    session.grade(1)
    session.start_drill()
    asked(session)
    session.act("bury")
    session.undo()
    assert session.summary().cards == 1
    assert asked(session).draft == ""


def test_mistakes_and_hints_of_a_card_count_until_it_is_graded_or_the_day_ends(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.submit("un")
    session.skip()
    again = Session(words.desk, Scope(cards=("words/one",)))
    asked(again)
    assert again.attempt.fails == 1
    again.submit("uno")
    assert again.proposal is not None
    assert again.proposal.q == 2
    again.grade(2)
    again.undo()
    asked(again)
    assert (again.attempt.fails, again.attempt.passed) == (1, False)
    again.show()
    words.pass_days(1)
    next_day = Session(words.desk, Scope(cards=("words/one",)))
    asked(next_day)
    assert (next_day.attempt.fails, next_day.attempt.shown) == (0, False)


def test_a_card_answered_elsewhere_meanwhile_is_refused(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.submit("uno")
    actions.grade(words.desk, "words/one", 5)
    with pytest.raises(StaleAnswerError):
        session.grade(4)
    assert len(card(words.desk, "words/one").reviews) == 1


def test_a_hint_is_counted_and_the_last_one_ends_them(words: Bench) -> None:
    session = Session(words.desk, Scope(cards=("words/two",)))
    asked(session)
    assert [session.hint(), session.hint(), session.hint()] == ["It rhymes with bue.", "d-e", None]
    assert session.attempt.hints == 2
    assert session.hints_shown == ("It rhymes with bue.", "d-e")


@pytest.mark.parametrize("action", ["bury", "suspend"])
def test_a_card_can_be_put_away(words: Bench, action: str) -> None:
    session = Session(words.desk, ONLY_WORDS)
    assert asked(session).card.id == "one"
    session.act(action)
    assert asked(session).card.id == "two"


def test_skipped_cards_come_back_at_the_end_of_the_session(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    seen = []
    for _ in range(2):
        seen.append(asked(session).card.id)
        session.skip()
    assert session.remaining.new == 4
    while (question := session.next()) is not None:
        seen.append(question.card.id)
        session.show()
        session.grade(4)
    assert seen == ["one", "two", "three", "four", "one", "two"]


@pytest.mark.parametrize("limits", [Config(new_per_day=2), Config(decks={"words": {"new_per_day": 2}})])
def test_a_new_card_that_is_skipped_keeps_its_place_among_today_s_new_ones(
    open_bench: Callable[..., Bench], runner: Runner, limits: Config
) -> None:
    session = Session(open_bench(WORDS, config=limits, runner=runner).desk, ONLY_WORDS)
    asked(session)
    session.skip()
    assert [answer_right(session), answer_right(session)] == ["two", "one"]
    assert session.next() is None


def test_a_due_card_that_is_skipped_keeps_its_place_among_today_s_reviews(
    open_bench: Callable[..., Bench], runner: Runner
) -> None:
    bench = open_bench(WORDS, config=Config(new_per_day=10, reviews_per_day=2), runner=runner)
    learning = Session(bench.desk, ONLY_WORDS)
    for _ in range(4):
        answer_right(learning)
    bench.pass_days(1)
    session = Session(bench.desk, ONLY_WORDS)
    skipped = asked(session).card.id
    session.skip()
    assert [answer_right(session), answer_right(session)][-1] == skipped
    assert session.next() is None


def test_a_card_that_is_alone_is_skipped_to_itself(words: Bench) -> None:
    session = Session(words.desk, Scope(cards=("words/two",)))
    asked(session)
    session.skip()
    assert asked(session).card.id == "two"


def test_skipping_while_cramming_puts_the_card_last(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS._replace(cram=True))
    first = asked(session).card.id
    session.skip()
    assert [answer_right(session) for _ in range(4)][-1] == first


def test_a_card_dropped_from_the_drill_stays_out_of_it(words: Bench) -> None:
    session = Session(words.desk, Scope(cards=("words/one", "words/two")))
    while session.next() is not None:
        session.show()
        session.grade(1)
    session.start_drill()
    dropped = asked(session).card.id
    session.drop_from_drill()
    other = asked(session).card.id
    session.skip()
    assert (asked(session).card.id, dropped == other) == (other, False)


def test_a_disputed_answer_is_graded_by_hand_and_listed(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.submit("un")
    session.dispute("un is right before a noun")
    session.grade(4)
    assert [view.key for view in Catalogue(words.desk).find("is:disputed")] == ["words/one"]
    report = actions.report(words.desk, "words/one")
    assert "un is right before a noun" in report
    assert "```python\nun\n```" in report
    words.take(WORDS.replace("id: one,", "id: first, was: [one],"))
    assert [view.key for view in Catalogue(words.desk).find("is:disputed")] == ["words/first"]
    assert "un is right before a noun" in actions.report(words.desk, "words/first")


def test_a_broken_card_is_out_of_today_s_queue(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.act("bury", "the check is wrong")
    assert card(words.desk, "words/one").state == "buried"
    assert asked(session).card.id == "two"


def test_a_new_card_that_is_shown_while_cramming_is_not_taught(words: Bench) -> None:
    session = Session(words.desk, Scope(cards=("words/two",), cram=True))
    asked(session)
    session.show()
    assert session.proposal is not None
    assert (session.proposal.q, session.proposal.verdict) == (0, "shown")
    session.grade(0)
    assert card(words.desk, "words/two").state == "new"


def test_the_summary_of_a_session_left_early_says_what_was_not_asked(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    asked(session)
    session.show()
    session.grade(4)
    assert session.summary().left == (0, 3)


def test_cramming_moves_no_schedule_and_asks_everything(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS._replace(cram=True))
    assert asked(session).cram
    assert {answer_right(session) for _ in range(4)} == set(ITALIAN)
    assert session.next() is None
    assert session.drill_waiting == 0
    assert all(view.state == "new" for view in Catalogue(words.desk).find("deck:words"))


def test_a_session_can_be_cut_short_by_count(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS._replace(limit=2))
    assert asked(session).expected == 2
    answer_right(session)
    answer_right(session)
    assert session.next() is None


def test_a_session_can_be_cut_short_by_minutes(words: Bench) -> None:
    clock = iter([0.0, 1.0, 2.0, *[61.0] * 50])
    session = Session(words.desk, ONLY_WORDS._replace(minutes=1), monotonic=lambda: next(clock))
    answer_right(session)
    assert session.next() is None


def test_only_the_cards_of_a_tag_are_asked(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS._replace(tag="odd"))
    assert answer_right(session) == "three"
    assert session.next() is None


@pytest.mark.parametrize("scope", [Scope(decks=("wordz",)), Scope(tag="even")])
def test_a_scope_that_names_what_is_not_there_is_refused(words: Bench, scope: Scope) -> None:
    with pytest.raises(UsageError, match=r"words|odd"):
        Session(words.desk, scope)


def test_new_cards_today_can_be_asked_for(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(WORDS)
    assert Session(bench.desk, ONLY_WORDS._replace(new=2)).remaining.new == 2


def test_a_deck_may_have_limits_of_its_own(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(WORDS, config=Config(decks={"words": {"new_per_day": 1}}))
    lines = {line.slug: line for line in bench.desk.home().decks}
    assert (lines["words"].counts.new, lines["words"].counts.held_back.new) == (1, 3)
    assert lines["pytorch-notes"].counts.new == 5


def test_the_day_may_roll_over_during_a_session(words: Bench) -> None:
    session = Session(words.desk, ONLY_WORDS)
    answer_right(session)
    answer_right(session)
    words.pass_days(1)
    assert session.changed_day()
    assert not session.changed_day()
    assert asked(session).card.id == "one"
    assert not asked(session).teachable


def test_an_app_that_stays_open_has_a_backup_of_every_day_too(words: Bench) -> None:
    for _ in range(3):
        Session(words.desk, ONLY_WORDS)
        words.pass_days(1)
    names = [backup.name for backup in (words.desk.database.parent / "backups").iterdir()]
    assert sorted(names) == [f"ptcards-2026-11-{day}.db" for day in (23, 24, 25)]


def test_the_summary_tells_what_happened(words: Bench) -> None:
    answer_right(Session(words.desk, ONLY_WORDS, lambda: 0))
    session = Session(words.desk, ONLY_WORDS, lambda: 0)
    asked(session)
    session.submit("wrong")
    session.submit("due")
    session.grade(2)
    asked(session)
    session.show()
    session.grade(0)
    summary = session.summary()
    assert (summary.cards, summary.below_good) == (3, 2)
    assert summary.ends == {"right at the first check": 1, "after a mistake": 1, "taught": 1}
    assert summary.went_badly == ("words/two",)
    tomorrow = summary.tomorrow
    assert (tomorrow.streak, tomorrow.counts.due, tomorrow.counts.new) == (1, 3, 10)
    # No time was taken yet: 13 cards at half a minute.
    assert tomorrow.minutes == 7


def test_the_real_runner_judges_and_names_the_misconception(
    open_bench: Callable[..., Bench], runner: Runner
) -> None:
    session = Session(open_bench(COLUMN, runner=runner).desk, Scope(decks=("shapes",)))
    asked(session)
    given = session.prepare()
    assert given is not None
    assert given.values["x"].shape == (4,)
    outcome = session.submit("x.unsqueeze(0)")
    assert (outcome.message, outcome.because) == (
        "the new dimension goes last",
        "dim 0 puts the new axis first",
    )
    assert session.submit("x.unsqueez(1)").slip
    assert session.submit("x.unsqueeze(1)").passed
    assert session.attempt.mistakes == ("dim 0 puts the new axis first",)
    assert session.grade(2).event.q == 2


def test_code_that_is_not_trusted_is_not_run(open_bench: Callable[..., Bench], runner: Runner) -> None:
    bench = open_bench(COLUMN, runner=runner, trust=False)
    session = Session(bench.desk, Scope(decks=("shapes",)))
    asked(session)
    outcome = session.submit("x.unsqueeze(1)")
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.UNTRUSTED)
    (request,) = trust.requests(bench.desk)
    assert (request.cards, request.imports) == (1, ("torch",))
    trust.agree(bench.desk, "shapes")
    assert session.submit("x.unsqueeze(1)").passed


def test_a_recall_card_is_graded_once_its_answer_is_shown(open_bench: Callable[..., Bench]) -> None:
    deck = "deck: facts\ncards:\n  - {id: a, question: Q, accepts: recall, solution: A}\n"
    session = Session(open_bench(deck).desk, Scope(decks=("facts",)))
    asked(session)
    assert session.prepare() is None
    with pytest.raises(UsageError):
        session.grade(4)
    session.reveal()
    assert session.proposal is not None
    assert session.proposal.q == 4
    assert session.grade(4).after.interval_days == 1


def test_the_library_opens_again_with_everything_in_it(words: Bench) -> None:
    answer_right(Session(words.desk, ONLY_WORDS))
    assert words.open() == ()
    assert card(words.desk, "words/one").schedule.repetitions == 1


def test_a_report_tells_the_question_that_the_disputed_answer_was_given_to(words: Bench) -> None:
    words.take(WORDS.replace("question: One?", 'question: "One of $n?", vary: {n: [3, 4, 5, 6, 7, 8, 9]}'))
    for place in range(4):
        words.pass_days(30)
        session = Session(words.desk, Scope(cards=("words/one",)))
        asked = session.next()
        assert asked is not None
        session.submit("no")
        session.dispute("mine counts")
        session.grade(4)
        assert asked.card.question in actions.report(words.desk, "words/one"), place
