"""Deck files proved: what can be read, what lint says, and what running every answer of a card shows."""

import ast
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, local
from time import monotonic
from typing import Any, NamedTuple, Self

from ptcards.checking import answers
from ptcards.deck.card import Accepts, Card, Deck, default_seed, draw, drawn_values, runs_code, substituter
from ptcards.deck.nodes import Findings
from ptcards.deck.reading import Flaw, parse, read_deck, syntax_problem
from ptcards.deck.translation import is_translation, read_translation, stale_parts, translations_of
from ptcards.errors import DeckError, Problem
from ptcards.language import _, later
from ptcards.paths import shipped
from ptcards.runner.protocol import Outcome, Phase, Value, Verdict, Why
from ptcards.runner.runner import Job, Runner
from ptcards.study.desk import job_for
from ptcards.text import cells

SEEDS = 3
THOROUGH_SEEDS = 50
CANNOT_OPEN = "unreadable"
TOGETHER = 3  # seeds in one process
BATCH, MOST_ENDED, MUTANT_SECONDS = 50, 8, 2.0  # mutants in one process; as many may end it; seconds for one
UNKNOWN = "__import__('ptcards.runner.rules', fromlist=['*']).unknown({!r}, globals())"
DOUBTS = ("dtype-passes", "one-answer", "near-limit")  # what is no reason to fail
MOST_LINES = 12
MOST_COLUMNS = 78
MOST_WORDS = 120

_NETWORK = {"socket", "urllib", "requests", "http", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib"}
_NETWORK_CALLS = {"torch.hub.load_state_dict_from_url", "torch.hub.download_url_to_file"}
_CLOCK = {"time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "time.sleep", "time.localtime"}
_CLOCK |= {"datetime.now", "datetime.today", "datetime.utcnow", "date.today"}
_CLOCK |= {f"datetime.{name}" for name in _CLOCK if name.startswith("date")}


@dataclass(slots=True)
class DeckReport:
    """One deck's share: how much of it was run, and all that is wrong or doubtful."""

    path: Path
    deck: str  # the slug; the file's name where it could not be read
    content: tuple[Deck, Findings] | None = field(default=None, compare=False)  # None where it cannot be read
    cards: int = 0
    runs: int = 0
    skipped: int = 0  # cards that cannot be run here: their `requires` is unmet
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    cards_run: list["Examination"] = field(default_factory=list, compare=False)


class Report(NamedTuple):
    """All decks that were asked for, in that order."""

    decks: tuple[DeckReport, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 sound, 1 a problem in a file, 2 a file that cannot be opened."""
        kinds = {problem.kind for deck in self.decks for problem in deck.problems}
        return 2 if CANNOT_OPEN in kinds else 1 if kinds else 0

    def to_json(self) -> dict[str, Any]:
        found = [
            {name: getattr(deck, name) for name in ("deck", "cards", "runs", "skipped")}
            | {kind: [one.to_json() for one in getattr(deck, kind)] for kind in ("problems", "warnings")}
            for deck in self.decks
        ]
        return {"decks": found, "seconds": round(self.seconds, 3)}


def check_files(
    paths: Sequence[Path],
    *,
    runners: Sequence[Runner],
    thorough: bool = False,
    mutate: bool = False,
    only: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check deck files, with their translations; one that cannot be read yields its problems.

    As many cards are run at a time as there are `runners`; `only` is the id of one that alone is checked;
    `progress` gets runs done and planned, and may raise to stop there.
    """
    started = monotonic()
    decks = dict.fromkeys(deck if (deck := _deck_of(path)).is_file() else path for path in paths)
    files = [read(path) for path in decks]
    cards = [(file, *file.content, card) for file in files if file.content for card in file.content[0].cards]
    cards = [one for one in cards if only in ("", one[3].id)]
    total = (THOROUGH_SEEDS if thorough else SEEDS) * sum(len(answers.answers_of(one[3])) for one in cards)
    done, counting = 0, Lock()
    free, mine = iter(runners), local()

    def tick(runs: int) -> None:
        nonlocal done
        with counting:
            done += runs
            progress(done, total)

    def run(job: tuple[DeckReport, Deck, Findings, Card]) -> Examination:
        return Examination(*job[1:], mine.runner, tick).examine(mutate=mutate, thorough=thorough)

    if total:
        progress(0, total)
    pool = ThreadPoolExecutor(len(runners), initializer=lambda: setattr(mine, "runner", next(free)))
    try:
        for (file, *_), found in zip(cards, pool.map(run, cards), strict=True):
            file.cards_run.append(found)
            file.runs += found.runs
            file.skipped += bool(found.skipped)
            file.problems += found.problems
            file.warnings += found.warnings
    finally:  # when one fails or is interrupted no other card is begun
        pool.shutdown(wait=False, cancel_futures=True)
    progress(total, total)
    for file in files:
        for kept in (file.problems, file.warnings):
            kept[:] = [one for one in kept if only in ("", one.card)]
            kept.sort(key=lambda problem: (str(problem.file), problem.line))
    return Report(tuple(files), monotonic() - started)


def needs_sandbox(path: Path) -> bool:
    """Whether a deck's answers are refused where the sandbox does not hold: all but those that we ship."""
    return not path.resolve().is_relative_to(shipped("decks").resolve())


def _deck_of(path: Path) -> Path:
    """The deck beside a translation, there or not; else the path itself."""
    return path.with_name(path.stem.rpartition(".")[0] + path.suffix) if is_translation(path) else path


def read(path: Path) -> DeckReport:
    """A deck with its translations, not run yet, and what is wrong with their files."""
    file = DeckReport(path, path.name)
    try:
        if is_translation(path):
            sources = read_translation(path)[1]
            message = _("translates a deck that is not beside it: {} is missing", _deck_of(path).name)
            file.problems.append(Problem(path, sources.where("", "translation-of"), "", "no-deck", message))
            return file
        file.content = read_deck(path)
        deck = file.content[0]
        file.deck, file.cards = deck.slug, len(deck.cards)
    except DeckError as error:
        file.problems.extend(error.problems)
        return file
    for translation_path in translations_of(path):
        try:
            translation, sources = read_translation(translation_path)
        except DeckError as error:
            file.problems.extend(error.problems)
        else:
            file.warnings.extend(stale_parts(deck, translation, sources, translation_path))
    return file


@dataclass(slots=True)
class Examination:
    """Runs the answers of one card; `examine` finds what is wrong with it."""

    deck: Deck
    sources: Findings
    card: Card
    runner: Runner
    tick: Callable[[int], None] = lambda runs: None
    seeds: tuple[int, ...] = ()
    fail_closed: bool = True
    findings: list[Flaw] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    seconds: float = 0
    runs: int = 0
    skipped: str = ""  # why the card cannot be run here
    fired: set[int] = field(default_factory=set)  # lines of the check that some answer failed at
    hanging: set[str] = field(default_factory=set)  # answers that took too long or ended their process
    # By field, under which seeds it is not as said.
    odd: dict[str, list[tuple[int, answers.Answer, Outcome]]] = field(default_factory=dict)
    passing: dict[str, None] = field(default_factory=dict)  # names of trivial answers

    def examine(self, *, mutate: bool = False, thorough: bool = False) -> Self:
        """Prove right answers right, wrong ones wrong, trivial ones not enough; `thorough`: each alone."""
        started, path, key = monotonic(), self.sources.path, self.deck.key(self.card)
        self.seeds = tuple(default_seed(key, one) for one in range(THOROUGH_SEEDS if thorough else SEEDS))
        self.fail_closed = needs_sandbox(path)
        for start in range(0, len(self.seeds), TOGETHER):
            self._try_seeds(self.seeds[start : start + TOGETHER], alone=thorough and start == 0)
            if self.skipped or "solution" in self.odd:
                break
        for found in self.odd.values():
            self._report_odd(*found[0], times=len(found))
        for name in self.passing:
            if name not in answers.equivalents_of(self.card):
                kind, says = "trivial-passes", _("the learner would see that it is right")
                if name.startswith(answers.AS_OTHER):
                    kind, says = "dtype-passes", _("assert the dtype, unless any will do")
                self._add("check", 1, kind, _("{} passes: {}", name, says))
        sound = all(one.kind in DOUBTS for one in self.findings)
        card = draw(self.card, self.seeds[0])
        if runs_code(self.card) and not self.skipped and "solution" not in self.odd:
            self._try_rules(card)
            self._try_other_values(card)
            for first, last in assertion_lines(card.check):
                if not any(first <= line <= last for line in self.fired):
                    message = _("this assertion never fires: add a `wrong` that it refuses, or take it out")
                    self._add("check", first, "never-fires", message)
            if mutate and sound:
                self._try_mutants(card)
        flaws = *lint(card, self.deck.preamble), *lint_after(self.card, self.deck), *self.findings
        for name, kind, message, line in flaws:
            at = self.sources.where("" if name == "preamble" else self.card.id, name, line)
            kept = self.warnings if kind in DOUBTS else self.problems
            kept.append(Problem(path, at, self.card.id, kind, message))
        self.seconds = monotonic() - started
        return self

    def _try_seeds(self, seeds: tuple[int, ...], *, alone: bool) -> None:
        """Run all answers under some seeds in one process; what surprises is run again alone."""
        cards = {seed: draw(self.card, seed) for seed in seeds}
        runs = [
            (seed, answer, self._job(card, seed, answer.code, explained=answer.wrong is not None))
            for seed, card in cards.items()
            for answer in answers.answers_of(card)
        ]
        known: dict[int, Outcome] = {}
        if not alone and runs_code(self.card):
            together = [job for _, answer, job in runs if not job.wrong and answer.field not in self.hanging]
            known = dict(zip(map(id, together), self._all(together), strict=True))
        solved: dict[int, list[Value | None]] = {seed: [] for seed in seeds}
        for seed, answer, job in runs:
            outcome = known.get(id(job))
            if outcome is None or not answer.is_as_said(outcome):
                self.tick(0)  # it may be stopped here
                self.runs += 1
                outcome = self.runner.run(job)
            self._note(outcome, answer.field)
            near = answer.nearness(outcome, self.card.within)
            if near and (answer.field, "near-limit") not in {(one.field, one.kind) for one in self.findings}:
                self._add(answer.field, 1, "near-limit", near)
            if outcome.verdict in (Verdict.SKIPPED, Verdict.ERROR):
                self.skipped = outcome.message or _("it cannot be run here")
                if outcome.why is not Why.REQUIRES:
                    self._add("", 1, "not-run", _("could not be run: {}", self.skipped))
                return
            if not answer.is_as_said(outcome):
                self.odd.setdefault(answer.field, []).append((seed, answer, outcome))
                if answer.field == "solution":
                    return
            elif job.wrong and answer.wrong is not None and outcome.because != answer.wrong.because:
                name = answer.field.removesuffix(".code")
                message = later("`{}` shows the `because` of another mistake: {}")
                self._add(answer.field, 1, "same-mistake", _(message, name, outcome.because or _("none")))
            if answer.wrong is None:
                solved[seed].append(outcome.answer_value)
        if runs_code(self.card):
            self._try_trivial({seed: self._job(card, seed) for seed, card in cards.items()}, solved)
        self.tick(len(runs))

    def _try_rules(self, card: Card) -> None:
        """What is forbidden must be there where the card runs; attributes are of whatever has them."""
        if card.forbid:
            job = self._job(card, self.seeds[0], UNKNOWN.format([*card.forbid]))
            found = self.runner.value(replace(job, forbid=(), expects=())).answer_value
            if found and (name := ast.literal_eval(found.text)):
                message = _("`forbid` names `{}`, which is no statement, no builtin and in no module", name)
                self._add("forbid", 1, "unknown-rule", message)

    def _try_other_values(self, card: Card) -> None:
        """Every right answer must be right for other values, and a constant must not be right for all."""
        again = self._job(card, self.seeds[0], confirmed=True).again
        if again is None:
            return
        rights = [answer for answer in answers.answers_of(card) if answer.wrong is None]
        outcomes = self._all([replace(again, answer=answer.code) for answer in rights])
        for answer, outcome in zip(rights, outcomes, strict=True):
            # Where the solution fails, too, it holds the values itself.
            if outcomes[0].passed and not outcome.passed and answer.field not in self.odd:
                message = _("`{}` is right for the values drawn only; {}", answer.field, _seen(outcome))
                self._add(answer.field, 1, "values-only", message)
        if not card.expects and (text := answers.as_code(outcomes[0].answer_value)):
            tried = [again, *(self._job(draw(self.card, seed), seed) for seed in self.seeds)]
            if all(outcome.passed for outcome in self._all([replace(one, answer=text) for one in tried])):
                message = _("every draw has the same answer: vary the card, or say `fixed: true`")
                self._add("solution", 1, "one-answer", message)

    def _try_trivial(self, jobs: dict[int, Job], solved: dict[int, list[Value | None]]) -> None:
        """What passes takes no thought, unless its value is a right answer's and not just what was given."""
        tried = [
            (job, name, code, solved[seed])
            for seed, job in jobs.items()
            for name, code in answers.trivial_answers(job, solved[seed][0])
            if name not in self.hanging
        ]
        outcomes = self._all([replace(job, answer=code) for job, _name, code, _right in tried])
        for (job, name, _code, right), outcome in zip(tried, outcomes, strict=True):
            self._note(outcome, name)
            by_chance = any(one is not None and one.is_surely(outcome.answer_value) for one in right)
            if outcome.passed and (name.endswith(" unchanged") or not by_chance or job.expects):
                self.passing[name] = None

    def _all(self, jobs: list[Job]) -> list[Outcome]:
        self.runs += len(jobs)
        return self.runner.run_all(jobs)

    def _job(
        self, card: Card, seed: int, answer: str = "", *, explained: bool = False, confirmed: bool = False
    ) -> Job:
        """A mistake is explained under the first seed, and so run alone."""
        template = self.card if confirmed else None
        job = job_for(self.deck, card, answer, seed=seed, fail_closed=self.fail_closed, template=template)
        return job if explained and seed == self.seeds[0] else replace(job, wrong=())

    def _note(self, outcome: Outcome, name: str) -> None:
        if outcome.phase is Phase.CHECK and outcome.line and outcome.verdict is Verdict.FAIL:
            self.fired.add(outcome.line)
        if outcome.why is not None:
            self.hanging.add(name)

    def _report_odd(self, seed: int, answer: answers.Answer, outcome: Outcome, *, times: int) -> None:
        tried, right, seen = len(self.seeds), answer.field == "solution", _seen(outcome)
        sometimes = times < tried and not (right and seed == self.seeds[0])
        when = _(" under {} of {} seeds, seed {} among them", times, tried, seed) if sometimes else ""
        failed_check = outcome.phase is Phase.CHECK and (outcome.assertion or outcome.error or outcome.rule)
        if outcome.verdict is Verdict.BROKEN and outcome.phase and not failed_check:
            self._add(outcome.phase.value, outcome.line or 1, "broken", outcome.message + when)
        elif answer.wrong is not None:
            name, kind = f"`{answer.field.removesuffix('.code')}`", "wrong-differs"
            if outcome.passed:
                kind, message = "wrong-passes", _("{} passes{}: the check must refuse it", name, when)
            elif answer.wrong.raises:
                message = _("{} should raise {}{}; {}", name, answer.wrong.raises, when, seen)
            else:
                advice = _(": say `raises: {}`, or assert first", outcome.error) if outcome.error else ""
                message = _("{} fails, but not by an assertion{}{}; {}", name, when, advice, seen)
            self._add(answer.field, 1, kind, message)
        else:
            name = answer.field.partition("[")[0]
            kind = "flips" if sometimes else f"{name}-fails"
            line = outcome.line or 1 if outcome.phase is Phase.ANSWER else 1
            self._add(answer.field, line, kind, _("`{}` does not pass{}; {}", answer.field, when, seen))

    def _try_mutants(self, card: Card) -> None:
        """What passes under every seed, with other values and alone, may be a mistake that passes."""
        if self.card.vary:
            put = substituter(drawn_values(self.card, self.seeds[0]))
            marked: list[object] = [{"code": put(code)} for code in answers.equivalents_of(self.card)]
            marked += [{"operators": answers.equivalents_of(self.card, "operators")}]
            card = card._replace(extras={answers.EQUIVALENT: marked})
        quick = card._replace(limits=card.limits._replace(seconds=min(MUTANT_SECONDS, card.limits.seconds)))
        (solved,) = self._all([self._job(quick, self.seeds[0], card.solution)])
        left = answers.mutants_of(card, solved.answer_value)
        for seed in self.seeds:
            outcomes: list[Outcome] = []
            for start in range(0, len(left), BATCH):
                batch = left[start : start + BATCH]
                outcomes += self._all([self._job(quick, seed, mutant.code) for mutant in batch])
                if sum(outcome.why is not None for outcome in outcomes) >= MOST_ENDED:
                    break  # too many hang: what is left is not run
            left = [mutant for mutant, outcome in zip(left, outcomes, strict=False) if outcome.passed]
        for mutant in left:
            self.runs += 1
            if self.runner.run(self._job(card, self.seeds[0], mutant.code, confirmed=True)).passed:
                words = later("`{}` still passes after {} ({}): refuse it, or mark it in `{}`")
                message = _(words, mutant.field, mutant.change, mutant.operator, answers.EQUIVALENT)
                self._add(mutant.field, 1, "mutant-passes", message)

    def _add(self, name: str, line: int, kind: str, message: str) -> None:
        self.findings.append(Flaw(name, kind, message, line))


def _seen(outcome: Outcome) -> str:
    """What the learner would see, on one line."""
    values = f" ({outcome.left} and {outcome.right})" if outcome.left is not None else ""
    text = " ".join(f"{outcome.message}{values}".split())
    return _("the learner would see: {}", text) if text else _("the learner would see no message")


# -- what can be said of a card without running it -----------------------------------------------------------


def lint(card: Card, preamble: str = "") -> Iterator[Flaw]:
    """Everything that an author should mend; `card` has its `vary` drawn."""
    lines = [*card.question.rstrip().splitlines(), *card.given.rstrip().splitlines()]
    if len(lines) > MOST_LINES:
        message = _("question and given code take {} lines: {} fit beside the editor", len(lines), MOST_LINES)
        yield Flaw("question", "long-question", message)
    for name in ("question", "given"):
        for number, line in enumerate(getattr(card, name).splitlines(), 1):
            if (long := cells(line)) > MOST_COLUMNS:
                message = _("`{}` has a line of {} columns: break it before {}", name, long, MOST_COLUMNS)
                yield Flaw(name, "long-line", message, number)
    key = answers.EQUIVALENT
    marked = card.extras.get(key, [])
    for each in marked if isinstance(marked, list) else [None]:
        item = each if isinstance(each, dict) else {}
        reason, code, names = item.get("reason"), item.get("code"), item.get("operators", [])
        known = isinstance(names, list) and set(map(str, names)) <= {*answers.OPERATORS}
        if not (known and (isinstance(code, str) or names) and isinstance(reason, str) and reason.strip()):
            message = _("an item of `{}` has its `reason`, and `code` or a list of `operators`: ", key)
            yield Flaw(key, key, message + ", ".join(answers.OPERATORS))
    words = len(card.explanation.split())
    if words > MOST_WORDS:
        message = _("`explanation` has {} words: {} are enough", words, MOST_WORDS)
        yield Flaw("explanation", "long-explanation", message)
    if card.accepts is Accepts.RECALL:
        return
    wanted = (
        (card.hints, "hint", _("`hints`: give one that points the way, and one that nearly gives it away")),
        (card.explanation.strip(), "explanation", _("`explanation`: say why, with a line that can be run")),
        (card.wrong, "wrong", _("`wrong`: name at least one tempting mistake, and why it is one")),
    )
    yield from (Flaw("", f"no-{kind}", _("has no {}", say)) for value, kind, say in wanted if not value)
    if card.check and not assertion_lines(card.check):
        yield Flaw("check", "no-assertion", _("`check` asserts nothing: every answer would be broken"))
    for node in ast.walk(parse(card.check)):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="agree"))):
                message = _("`agree` by itself asserts nothing: write `assert agree(...)`")
                yield Flaw("check", "no-assertion", message, node.lineno)
            case ast.Assert(test=ast.Tuple()):
                message = _("asserts a tuple, which is always true: take the parentheses away")
                yield Flaw("check", "tuple-assertion", message, node.lineno)
            case ast.Assert(test=test, msg=None) if "agree(" not in ast.unparse(test):  # which says it itself
                message = _("an assertion has no message: say what is wrong in the learner's terms")
                yield Flaw("check", "no-message", message, node.lineno)
    if runs_code(card):
        yield from _outside_world(card, preamble)


def lint_after(card: Card, deck: Deck) -> Iterator[Flaw]:
    """What is wrong with the cards that come before one; of other decks' nothing is known here."""
    after = {one.id: [name.removeprefix(f"{deck.slug}/") for name in one.after] for one in deck.cards}
    own, ways, seen = after[card.id], [[card.id]], set[str]()
    for index, name in enumerate(own):
        if "/" not in name and name not in after:
            message = _("`after` names {}, which is no card of this deck", name)
            yield Flaw(f"after[{index}]", "after", message)
    for way in ways:  # the shortest first, to each card once
        if way[-1] == card.id and len(way) > 1:
            message = _("it would wait for itself for ever: {}", " after ".join(way))
            yield Flaw(f"after[{own.index(way[1])}]", "after", message)
            return
        ways += ([*way, name] for name in after.get(way[-1], ()) if name not in seen)
        seen.update(after.get(way[-1], ()))


def assertion_lines(check: str) -> list[tuple[int, int]]:
    """First and last line of each assertion of a check."""
    nodes = (node for node in ast.walk(parse(check)) if isinstance(node, ast.Assert))
    return sorted((node.lineno, node.end_lineno or node.lineno) for node in nodes)


def _outside_world(card: Card, preamble: str) -> Iterator[Flaw]:
    texts = [("given", card.given), ("check", card.check)]
    if card.accepts is Accepts.CODE:
        texts += [("solution", card.solution), *((f"also[{n}]", text) for n, text in enumerate(card.also))]
    imported = _imports(parse(preamble)) if not syntax_problem(preamble) else {}
    for where, text in texts:
        tree = parse(text) if syntax_problem(text) is None else ast.Module([], [])
        names = {**imported, **_imports(tree)}
        node: Any
        for node in ast.walk(tree):
            used, kind = list[str](), "network"
            match node:
                case ast.Import() | ast.ImportFrom():
                    own = [alias.name for alias in node.names]
                    loaded = own if isinstance(node, ast.Import) else [node.module or ""]
                    used = sorted(_NETWORK & {name.partition(".")[0] for name in loaded})
                case ast.Call(func=function, keywords=words):
                    first, dot, rest = ast.unparse(function).partition(".")
                    called = names.get(first, first) + dot + rest
                    given = {one.arg: one.value.value for one in words if isinstance(one.value, ast.Constant)}
                    elsewhere = not {one.arg for one in words} & {"source", None}
                    hub = called == "torch.hub.load" and (elsewhere or given.get("source") == "github")
                    clock = called in _CLOCK
                    if clock or hub or called in _NETWORK_CALLS or given.get("download") is True:
                        used, kind = [called], "clock" if clock else kind
            why = {"network": _("answers have no network"), "clock": _("verdicts must not hang on the clock")}
            for what in used:
                yield Flaw(where, kind, _("`{}` uses {}: {}", where, what, why[kind]), node.lineno)


def _imports(tree: ast.Module) -> dict[str, str]:
    """What names stand for after the imports of a text: `t` for `time`, `now` for `time.time`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names
