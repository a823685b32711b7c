"""`decks`, `trust`, `import`, `export` and `merge`: decks in, progress out, another machine's history in."""

import sys
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from ptcards.cli import study
from ptcards.cli.common import DAY, PATH, as_json, narrate, open_desk, picked, present, progress_bar, show
from ptcards.cli.completion import DECK, TAG
from ptcards.errors import UsageError
from ptcards.text import columns, counted, visible

MOST_FINDINGS = 8  # a screenful


@click.group(invoke_without_command=True)
@as_json
def decks(*, json_: bool) -> None:
    """The decks and what is due in them."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    with open_desk() as desk:
        found = desk.home().decks
    values, rows = [], [["deck", "title", "due", "new", "cards", "state"]]
    for deck in found:
        known = picked(deck, "title path cards trusted state") | picked(deck.counts, "due new")
        values.append({"deck": deck.slug} | known)
        state = deck.state if deck.trusted else f"{deck.state}, not trusted"
        rows.append([deck.slug, deck.title, *map(str, (deck.counts.due, deck.counts.new, deck.cards)), state])
    present(values, *columns(rows, right=(2, 3, 4)), json_=json_)


def _change(name: str, about: str, *more: click.Parameter, does: str = "", **how: bool) -> None:
    def change(**names: str) -> None:
        with open_desk() as desk:
            click.echo(getattr(study.decks, does or name)(desk, *names.values(), **how))

    deck = click.Argument(["deck"], type=DECK)
    decks.add_command(click.Command(name, params=[deck, *more], callback=change, help=about))


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
    key = " "
    while key not in keys:
        narrate(question)
        key = click.getchar(echo=False).lower()
        if texts.get(key):
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
        with progress_bar() as progress:
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
