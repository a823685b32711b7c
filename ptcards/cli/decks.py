"""Decks: listed, trusted, brought in, taken out, and by their authors begun and proved."""

import os
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from ptcards import paths
from ptcards.cli import common, study
from ptcards.cli.common import CARD, DAY, DECK, PATH, TAG, as_json, narrate, open_desk, picked, present, show
from ptcards.errors import UsageError
from ptcards.text import SLUG, columns, counted, visible

MOST_FINDINGS = 8  # a screenful
PAIR = 2
MOST_RUNNERS = 4  # each takes a core, and 300 MB for its torch


@click.group(invoke_without_command=True)
@as_json
def decks(*, json_: bool) -> None:
    """The decks and what is due in them."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    with open_desk() as desk:
        home = desk.home()
        found, offered = home.decks, [path.stem for path in home.offered]
        proposed = study.drafts.notices()
    values, rows = [], [["deck", "title", "due", "new", "cards", "state"]]
    for deck in found:
        known = picked(deck, "title path cards trusted state") | picked(deck.counts, "due new")
        values.append({"deck": deck.slug} | known)
        state = deck.state if deck.trusted else f"{deck.state}, not trusted"
        rows.append([deck.slug, deck.title, *map(str, (deck.counts.due, deck.counts.new, deck.cards)), state])
    more = [f"\nMore come with ptcards: {', '.join(offered)} (ptcards decks add DECK)"] if offered else []
    more += [f"\n{notice}" for notice in proposed]
    present(values, *columns(rows, right=(2, 3, 4)), *more, json_=json_)


def _change(
    name: str, about: str, *more: click.Parameter, does: str = "", of: Any = DECK, **how: bool
) -> None:
    def change(**names: str) -> None:
        with open_desk() as desk:
            click.echo(getattr(study.decks, does or name)(desk, *names.values(), **how))

    deck = click.Argument(["deck"], type=of, metavar="DECK")
    decks.add_command(click.Command(name, params=[deck, *more], callback=change, help=about))


_change("add", "Add a DECK that comes with ptcards.", of=click.Choice(paths.BUILT_IN))
_change("remove", "Forget DECK's file; its cards become orphans, their history stays.")
_change("disable", "Keep DECK's cards out of reviews.")
_change("enable", "Let a disabled DECK's cards come back.", does="disable", disabled=False)
_change("rename", "Call DECK by another slug; its cards keep their schedules.", click.Argument(["name"]))


@click.command()
@click.argument("deck", type=DECK)
@click.option("--mine", is_flag=True, help="My own file, whatever it will say.")
@click.option("--unsandboxed", is_flag=True, help="Run it even where the sandbox does not hold.")
@click.option("--show", "print_", is_flag=True, help="Print all of the code, and changes; agree to nothing.")
def trust(deck: str, *, mine: bool, unsandboxed: bool, print_: bool) -> None:
    """Agree that DECK's code may run, in the sandbox."""
    with open_desk() as desk:
        found = study.trust.request(desk, deck)
        if print_:
            changed = f"\n# What changed since you agreed\n{found.diff}" if found.diff else ""
            show(f"{found.code}{changed}")
            return
        study.trust.agree(desk, deck, mine=mine, unsandboxed=unsandboxed)
    show(summary(found))
    where = "it may run without a sandbox" if unsandboxed else "it runs in the sandbox"
    click.echo(f"{deck} is trusted: {where}")


def summary(request: "study.trust.TrustRequest") -> str:
    """What a deck would run, in a few lines."""
    imports = ", ".join(request.imports) or "nothing"
    lines = [f"{request.deck}: code of {counted(request.cards, 'card')}; imports {imports}"]
    lines += [f"  {finding}" for finding in request.findings[:MOST_FINDINGS]]
    more = len(request.findings) - MOST_FINDINGS
    return "\n".join([*lines, f"  and {more} more"] if more > 0 else lines)


def ask(request: "study.trust.TrustRequest") -> bool:
    """Ask at the terminal whether a deck's code may run."""
    narrate(summary(request))
    texts = {"s": request.code, "d": request.diff}
    changed = " · d what changed" if request.diff else ""
    return _choose(f"May it run, in the sandbox? y yes · n no · s show all of it{changed}", "yn", texts)


def _keep_mine(deck: str, part: str, difference: str) -> bool:
    """Ask which version of a part stays that both changed."""
    question = f"\n{deck}: you and its author both changed {part}."
    return _choose(f"{question} k keep yours · t take the author's · d what differs", "kt", {"d": difference})


def _ask(question: str, otherwise: str) -> str:
    return str(click.prompt(f"\n{visible(question)}", default=otherwise, err=True))


def _choose(question: str, keys: str, texts: dict[str, str]) -> bool:
    """Ask until one of two keys is pressed, whether it was the first; other keys show texts."""
    while (key := common.choose(question, keys + "".join(filter(texts.get, texts)))) in texts:
        click.echo_via_pager(visible(texts[key]))
    return key == keys[0]


@click.command(name="import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option("--deck", help="The deck's slug, where the file names none.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--trust", is_flag=True, help="Agree, unseen, that the code may run in the sandbox.")
@click.option("--replace", is_flag=True, help="Take over another file's slug, let go what the file lacks.")
@click.option("--with-progress", is_flag=True, help="Bring in Anki's schedules and reviews too.")
@click.option("--columns", help="What a table's columns are: front,back,tags; - skips one.")
@click.option("--encoding", help="What a table is written in, where it is not UTF-8: cp1250.")
@click.option("--header", is_flag=True, help="With --columns: the first row is no card.")
@as_json
def import_(
    paths: tuple[str, ...], columns: str | None, *, header: bool, dry_run: bool, json_: bool, **how: Any
) -> None:
    """Bring decks in from files, folders and git repositories; repeating it changes nothing.

    YAML decks, CSV and TSV, text files that Anki wrote, .apkg packages, Markdown of hashcards, and
    git+URL[@ref][#path]: the YAML decks of a repository (https, ssh, file or a folder), which
    `ptcards decks update` follows.
    """
    from ptcards.exchange.importing import import_paths
    from ptcards.exchange.tables import columns_of

    if header and not columns:
        raise UsageError("--header goes with --columns")
    how["columns"] = columns_of(columns, header=header) if columns else None
    at_terminal = not json_ and sys.stdin.isatty() and sys.stdout.isatty()
    with open_desk() as desk:
        with common.progress_bar() as progress:
            how |= {"ask": _ask, "choose": _keep_mine} if at_terminal else {}
            report = import_paths(desk, paths, dry_run=dry_run, progress=progress, **how)
        errors = [problem.to_json() | {"card": problem.card or None} for problem in report.errors]
        keys = "deck new changed same removed renamed trusted notes"
        present({"decks": [picked(change, keys) for change in report.decks], "errors": errors}, json_=json_)
        waiting = {one.deck: one for one in study.trust.requests(desk)} if at_terminal else {}
        for change in () if json_ else report.decks:
            counts = [f"{getattr(change, word)} {word}" for word in ("new", "changed", "same", "removed")]
            counts += [f"{change.renamed} renamed"] if change.renamed else []
            tried = " (nothing was changed: a dry run)" if dry_run else ""
            click.echo(f"{change.deck}: {', '.join(counts)}{tried}")
            for note in change.notes:
                show(f"  {note}")
            if change.trusted:
                continue
            if dry_run:
                narrate("  its code would run only once you agree to it")
            elif change.deck in waiting and ask(waiting[change.deck]):
                study.trust.agree(desk, change.deck)
            else:
                narrate(f"  its code does not run yet: ptcards trust {change.deck}")
    for problem in () if json_ else report.errors:
        narrate(str(problem))
    raise Exit(2 if report.errors else 0)


@decks.command()
@click.argument("slugs", metavar="[DECK]...", nargs=-1, type=DECK)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@as_json
def update(slugs: tuple[str, ...], **how: bool) -> None:
    """Fetch decks that came from git, all or these; schedules and your corrections stay."""
    from ptcards.exchange.origin import sources

    with open_desk() as desk:
        found = sources(desk, slugs)
    click.get_current_context().invoke(import_, paths=found, **how)


@click.command()
@click.option("--format", "form", default="jsonl", help="jsonl (all of it, the default); others: see below.")
@click.option("-o", "--output", type=PATH, help="The file, or - for stdout.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@click.option("--deck", "decks", multiple=True, type=DECK, help="Only this deck; may be repeated.")
@click.option("--tag", type=TAG, help="Only cards with this tag.")
@click.option("--since", type=DAY, help="Only events from this study day on.")
@click.option("--no-answers", is_flag=True, help="Leave the learner's code out.")
@click.option("--patch", type=DECK, help="With yaml: your corrections to a deck, for its author.")
def export(
    form: str, output: Path | None, since: Any, *, force: bool, no_answers: bool, **scope: Any
) -> None:
    """Take progress and decks out.

    With no option: the whole log, loss-free, as a dated file in this folder.
    Formats: jsonl json csv fsrs-csv anki-txt apkg yaml.
    """
    from ptcards.exchange.export import export_to
    from ptcards.exchange.log import Selection

    if patch := scope.pop("patch"):
        form, scope["decks"] = "patch", (patch,)
    selection = Selection(since=since.date() if since else None, answers=not no_answers, **scope)
    with open_desk() as desk:
        for line in export_to(desk, form, output, selection, force=force):
            narrate(line)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)
@as_json
def merge(files: tuple[Path, ...], *, json_: bool) -> None:
    """Bring another machine's exported history in; the order and repetition of files do not matter."""
    from ptcards.exchange.log import merge_files

    with open_desk() as desk:
        report = merge_files(desk, files)
    present(report.to_json(), *report.lines(), json_=json_)
    for error in report.errors:
        narrate(error)
    raise Exit(2 if report.errors else 0)


@click.command()
@click.argument("files", metavar="DECK-FILE...", nargs=-1, required=True, type=PATH)
@click.option("--thorough", is_flag=True, help="50 seeds instead of 3: finds checks that flip.")
@click.option("--mutate", is_flag=True, help="Also make people's mistakes, and list what still passes.")
@click.option("--junit", type=PATH, metavar="FILE", help="Write the report as JUnit XML, for a build server.")
@as_json
def check(files: tuple[Path, ...], *, junit: Path | None, json_: bool, thorough: bool, mutate: bool) -> None:
    """Prove deck files, running every answer; lint, solutions, alternatives, wrong and trivial answers.

    Exit code: 0 sound, 1 a problem in a file, 2 a file that cannot be opened.
    """
    from ptcards.checking.check import check_files
    from ptcards.checking.junit import as_junit

    with ExitStack() as opened:
        count = min(os.cpu_count() or 1, MOST_RUNNERS)
        runners = [opened.enter_context(closing(common.make_runner())) for _ in range(count)]
        progress = opened.enter_context(common.progress_bar())
        report = check_files(files, runners=runners, progress=progress, thorough=thorough, mutate=mutate)
    if junit:
        common.write(junit, as_junit(report))
    lines = []
    for deck in report.decks:
        lines += [*map(str, deck.problems), *(f"{warning} (a warning)" for warning in deck.warnings)]
        skipped = f", {counted(deck.skipped, 'card')} skipped" if deck.skipped else ""
        found = counted(len(deck.problems), "problem") if deck.problems else "no problems"
        done = f"{counted(deck.cards, 'card')}, {counted(deck.runs, 'run')}"
        lines.append(f"{deck.deck}: {done}{skipped}, {found}")
    present(report.to_json(), *lines, json_=json_)
    if not json_:
        narrate(f"{report.seconds:.1f} s")
    raise Exit(report.exit_code)


@click.command()
@click.argument("files", metavar="DECK-FILE...", nargs=-1, required=True, type=PATH)
@click.option(
    "--python", "pythons", multiple=True, required=True, metavar="FILE", help="One to compare: two of them."
)
@as_json
def drift(files: tuple[Path, ...], pythons: tuple[str, ...], *, json_: bool) -> None:
    """Tell which cards change their meaning between two Pythons, each with its own torch and NumPy.

    Every solution, alternative and mistake is run in both; one that is named is compared with the Python that
    answers run in now.

    ptcards drift --python old/bin/python --python new/bin/python my-deck.yaml

    Exit code: 0 nothing changed, 1 a card did, 2 a file or a Python that cannot be used.
    """
    from ptcards.checking.drift import compare

    if len(pythons) > PAIR:
        raise UsageError("two Pythons are compared: name --python twice, or once to compare with today's")
    with ExitStack() as opened:
        named = [""] * (PAIR - len(pythons)) + [*pythons]
        runners = [opened.enter_context(closing(common.make_runner(one, ahead=False))) for one in named]
        for runner in runners:
            if runner.interpreter.trouble:
                raise UsageError(runner.interpreter.trouble)
        report = compare(files, runners, progress=opened.enter_context(common.progress_bar()))
    for name, versions in zip(report.interpreters, report.versions, strict=True):
        libraries = (" ".join(one) for one in versions.items() if one[0] != "python")
        narrate(", ".join([name, *libraries]))
    lines = list[str]()
    for deck in report.decks:
        lines += map(str, deck.problems)
        if deck.content is None:
            continue
        skipped = (
            f", {counted(deck.skipped, 'card')} skipped that one of them cannot run" if deck.skipped else ""
        )
        changed = len({problem.card for problem in deck.problems if problem.card})
        found = f"{counted(changed, 'card')} changed" if changed else "nothing changed"
        lines.append(
            f"{deck.deck}: {counted(deck.cards, 'card')}, {counted(deck.runs, 'run')}{skipped}, {found}"
        )
    present(report.to_json(), *lines, json_=json_)
    raise Exit(report.exit_code)


@click.command()
@click.argument("deck", required=False)
@click.option("--from", "line", help="Make a card whose solution is this line of code.")
@click.option("--given", default="", help="With --from: code that runs before the answer.")
@click.option("--id", "card_id", help="With --from: the card's id; default: made from the line.")
@click.option("--from-failure", "card", type=CARD, metavar="CARD", help="Your newest failed answer to CARD.")
@click.option("--draft", help="Look at a card that an agent proposed (deck/card), and take it or not.")
@click.option("--no-edit", is_flag=True, help="Do not open $EDITOR.")
def new(
    deck: str | None,
    line: str | None,
    given: str,
    card_id: str | None,
    card: str | None,
    draft: str | None,
    *,
    no_edit: bool,
) -> None:
    """Write a commented deck to start from, as DECK.yaml; with --from add a card to it.

    ptcards new --from 'x.unsqueeze(1)' --given 'x = torch.arange(4)' my-tensors

    With --from-failure your own mistake becomes a card of your deck DECK, once it is proved: the card begins
    with your answer, to be mended.
    """
    from ptcards.checking.drafting import add_card, draft_deck, id_of, starter_deck
    from ptcards.deck.reading import write_deck

    if draft is not None:
        if deck or card or line is not None:
            raise UsageError("--draft names the card, and its deck with it: leave the rest out")
        _take(draft)
        return
    if card is not None:
        _of_failure(card, deck, no_edit=no_edit)
        return
    deck = deck or "my-cards"
    path = Path(deck if deck.endswith((".yaml", ".yml")) else f"{deck}.yaml")
    if not SLUG.fullmatch(slug := path.stem):
        raise UsageError(f"{slug!r} is no slug: lower-case letters, digits, '.', '_' and '-', at most 64")
    if line is not None:
        with closing(common.make_runner()) as runner:
            made = draft_deck(line, given, path.stem, card_id or id_of(line), runner)
        text = write_deck(made)
        if path.exists():
            text = add_card(path.read_text(encoding="utf-8"), made.cards[0], path)
    elif path.exists():
        raise UsageError(f"{path} is there already; with --from a card is added to it")
    else:
        text = starter_deck(path.stem, str(path))
    common.write(path, text)
    narrate(f"Written to {path}. Prove it: ptcards check {path}; take it in: ptcards import {path}")
    if not no_edit:
        _open_editor(path)


def _of_failure(card: str, deck: str | None, *, no_edit: bool) -> None:
    """Make a card of the learner's newest failed answer to a card."""
    from ptcards.checking.drafting import save
    from ptcards.checking.own_cards import attempt, own_decks
    from ptcards.checking.own_mistake import from_failure

    with open_desk(runs=True) as desk:
        made = from_failure(desk, card)
        tried = attempt(desk, deck or own_decks(desk)[0], made)
        if tried.draft is None:
            wrong = [str(one) for one in tried.said if not one.doubt]
            raise UsageError("\n".join(["nothing was written, the card is not proved:", *wrong]))
        click.echo(save(desk, tried.draft))
        narrate(f"Proved, and written to {tried.draft.file}; it is new in the queue of its deck.")
        if not no_edit:
            _open_editor(tried.draft.file)
            study.decks.card_edited(desk, tried.draft.file)


def _take(draft: str) -> None:
    """Show the learner a card that was proposed; it lands when they say yes, and when it is proved again."""
    from ptcards.checking.drafting import prove, save
    from ptcards.deck.nodes import read_text_of
    from ptcards.deck.reading import read_deck

    path = study.drafts.find(draft)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"Only you can take a card: run this in a terminal: ptcards new --draft {draft}")
    deck = read_deck(path, text := read_text_of(path))[0]
    show(text)
    if not _choose(f"Take this card into {deck.slug}? y yes · n no, throw it away", "yn", {}):
        study.drafts.forget(draft)
        click.echo("It is thrown away.")
        return
    with open_desk(runs=True) as desk:
        narrate("All its answers are run once more.")
        made = prove(desk, deck.slug, deck.cards[-1])
        if made.problems:
            for problem in made.problems:
                narrate(problem.message)
            raise UsageError(f"It was not taken. Mend it in {path}, and do this again.")
        key = save(desk, made)
    study.drafts.forget(draft)
    click.echo(f"{key} is yours now: {made.file}")


def _open_editor(path: Path) -> None:
    if sys.stdin.isatty() and sys.stdout.isatty():
        try:
            click.edit(filename=str(path))
        except (click.ClickException, ValueError) as error:
            narrate(f"It was not opened ({error}). Set EDITOR to one that is installed.")


@click.command()
@click.argument("card", type=CARD)
def convert(card: str) -> None:
    """Make a `recall` card executable; its solution is run, and a check written for your editor."""
    from ptcards.checking.drafting import convert as convert_card

    with open_desk(runs=True) as desk:
        key, path, line, notes = convert_card(desk, card)
        for note in notes:
            narrate(note)
        click.echo(f"{path}:{line}")
        _open_editor(path)
        study.decks.card_edited(desk, path)
        narrate(f"{key} is executable now; prove its check: ptcards check {path}")
