"""Bringing deck files in: a path, what it would change, the import, and what a deck would run."""

import re
from contextlib import suppress
from os.path import commonprefix, expanduser
from pathlib import Path
from typing import Any

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from ptcards.errors import CancelledError, PtcardsError
from ptcards.exchange.importing import IMPORTED, import_paths
from ptcards.language import _, counted, later
from ptcards.study.trust import TrustRequest, agree
from ptcards.tui.bars import InputLine
from ptcards.tui.page import BLANK, Block, Lines, heading, one_line, plain, visible
from ptcards.tui.prose import code
from ptcards.tui.screens.ask import BoxScreen
from ptcards.tui.screens.base import Context, PageScreen, States, background

_CANCELLED = later("Cancelled; what was not finished was not brought in.")


def named(typed: str) -> Path:
    """The path that was typed; a ~ of no user is one of a name."""
    return Path(expanduser(typed))  # noqa: PTH111 - Path's own raises for that


def completions(folder: str, begun: str) -> list[str]:
    """What names in a folder go on so: those of files that can be imported; of folders, with a slash."""
    found = list[str]()
    with suppress(OSError):
        for path in sorted(named(folder).iterdir()):
            name, is_folder = path.name, path.is_dir()
            # What is hidden has to be asked for; what a terminal cannot show cannot be typed.
            meant = name.startswith(begun) and name.isprintable() and (begun or not name.startswith("."))
            if meant and (is_folder or path.suffix.lower() in IMPORTED):
                found.append(name + "/" * is_folder)
    return found


class PathInput(InputLine):
    """A line whose Enter is named in the line of keys."""

    BINDINGS = [Binding("enter", "submit", "look at it")]


class ImportScreen(PageScreen[None]):
    """Enter shows what a file would change, Enter again imports it."""

    TITLE = later("Import")
    BINDINGS = [Binding("tab", "complete", "complete"), Binding("escape", "leave", "back")]

    def __init__(self, context: Context) -> None:
        path = PathInput(placeholder="~/decks/my-notes.yaml", compact=True)
        super().__init__(context, Static(markup=False, classes="line"), path)
        self._previewed = ""  # the path whose changes are on screen, ready to be imported
        # What was said to the questions of the preview, by question: it holds for the import.
        self._replies: dict[str, str] = {}
        self._verb = ""

    def on_screen_resume(self) -> None:
        what = _("A deck file (YAML, or another app's export), a folder of them, or git+URL:")
        self.query_one(Static).update(what)
        self.query_one(PathInput).focus()

    def actions_now(self) -> States:
        return super().actions_now() | {
            "submit": _("import it") if self._previewed else _("look at it"),
            "leave": _("cancel") if self.busy else _("back"),
        }

    def on_input_changed(self) -> None:
        self._previewed = ""
        self._replies.clear()
        self.refresh_bindings()

    @background()
    async def action_complete(self) -> None:
        """Go on with the path as far as that is clear, and list what it could be where it is not."""
        line = self.query_one(PathInput)
        folder, slash, begun = (typed := line.value).rpartition("/")
        found = ["~/"] if typed == "~" else await self.call(completions, folder + slash, begun)
        if typed != line.value or self.busy:
            return
        if found:
            line.value = folder + slash + commonprefix(found)  # noqa: RUF071 - of names, sign by sign
            line.cursor_position = len(line.value)
        names = found[len(found) == 1 :] if found else [_("Nothing that can be imported begins so.")]
        self.pane.show([BLANK, *(Block(Content(name), indent=1) for name in names)])

    @background("reading")
    async def on_input_submitted(self) -> None:
        if not (path := self.query_one(PathInput).value.strip()):
            return
        dry_run = path != self._previewed
        files = [path if path.startswith("git+") else named(path)]
        self._verb = _("reading") if dry_run else _("importing")
        self.stopped.clear()
        try:
            how: dict[str, Any] = {"ask": self._ask, "choose": self._keep_mine, "progress": self._progress}
            report = await self.call(import_paths, self.desk, files, dry_run=dry_run, **how)
        except PtcardsError as error:
            lines = str(error).split("\n")
            self.pane.show([BLANK, *(Block(one_line(line, "$text-error")) for line in lines)])
            return
        would = (_("{} would be changed"), _("{} would be renamed"), _("{} would be removed"))
        done = (_("{} changed"), _("{} renamed"), _("{} removed"))
        words = (_("{} new"), *(would if dry_run else done), _("{} the same"))
        blocks: list[Lines] = [BLANK]
        for deck in report.decks:
            counts = (deck.new, deck.changed, deck.renamed, deck.removed, deck.same)
            parts = (text.format(count) for count, text in zip(counts, words, strict=True) if count)
            changes = " · ".join(parts) or _("no cards")
            blocks.append(Block(Content.assemble((deck.deck, "bold"), f"   {changes}")))
            blocks += [Block(one_line(note), indent=2) for note in deck.notes]
        blocks += [Block(plain(str(problem), "$text-error")) for problem in report.errors]
        imported = _("It is imported. Esc goes back, or name another.")
        next_step = _("Enter imports it.") if dry_run else imported
        self.pane.show([*blocks, *([BLANK, heading(next_step)] if report.decks else [])])
        self._previewed = path if dry_run and report.decks else ""
        if not (dry_run or all(deck.trusted for deck in report.decks)):
            await self.ask_for_trust()

    def _progress(self, done: int, total: int) -> None:
        # Where all is done, a file is imported already: to say otherwise would not take it out again.
        if self.stopped.is_set() and done < total:
            raise CancelledError(_(_CANCELLED))
        self.rename_work(f"{self._verb} {100 * done // max(total, 1)} %")

    def _ask(self, question: str, otherwise: str) -> str:
        # Called in the thread that reads, which waits for the reply.
        if (reply := self._replies.get(question)) is None:
            screen = BoxScreen(self.context, visible(question), line=otherwise)
            if (reply := self.app.call_from_thread(self.app.push_screen_wait, screen)) is None:
                raise CancelledError(_(_CANCELLED))
            self._replies[question] = reply
        return reply or otherwise

    def _keep_mine(self, deck: str, part: str, difference: str) -> bool:
        what = _("{}: you and its author both changed {}.", deck, part)
        question = [what, *difference.split("\n")[:12], _("k keep yours · t take the author's")]
        return self._ask("\n".join(question), "k").strip().lower() != "t"

    def action_leave(self) -> None:
        if self.busy:
            self.stopped.set()
        else:
            self.dismiss()


class TrustScreen(PageScreen[None]):
    """The code of one deck, before it may run; what gives answers away is behind a key."""

    ADDS = False
    BINDINGS = [
        Binding("y", "trust(False)", "let it run in the sandbox"),
        Binding("m", "trust(True)", "mine: never ask again"),
        Binding("s", "solutions", "solutions too"),
        Binding("escape,q,n", "dismiss", "back"),
    ]

    def __init__(self, context: Context, request: TrustRequest) -> None:
        super().__init__(context)
        self._request, self._all = request, not request.solutions

    def on_screen_resume(self) -> None:
        request = self._request
        self.title = _("May the code of {} run?", request.deck)
        self.sub_title = counted(request.cards, "card")
        shown = request.code if self._all else request.code.removesuffix(request.solutions)
        diff = request.diff if self._all else _diff_of_first(request.diff, shown.count("\n"))
        what = _("Its code runs only after you agree, and then only in the sandbox. Changed code asks again.")
        imports = one_line(_("It imports: {}", ", ".join(request.imports) or _("none")))
        blocks: list[Lines] = [Block(Content(what)), BLANK, Block(imports)]
        blocks += [Block(one_line(it, "$text-warning"), indent=2, first="!") for it in request.findings]
        if not request.findings:
            blocks.append(Block(Content(_("Nothing in it looks out of the ordinary."))))
        whole = _("All of it") if self._all else _("All of it but the solutions: s shows them too")
        changed = _("What changed since you agreed")
        for title, text in ((changed, code(diff, "diff")), (whole, code(shown))):
            blocks += [BLANK, heading(title), Block(text, indent=2, code=True)] if text else []
        self.pane.show(blocks, from_top=False)
        self.refresh_bindings()

    def actions_now(self) -> States:
        return super().actions_now() | {"solutions": not self._all}

    def action_solutions(self) -> None:
        self._all = True
        self.on_screen_resume()

    @background("saving")
    async def action_trust(self, mine: bool) -> None:  # noqa: FBT001 - an action's parameter
        await self.call(agree, self.desk, self._request.deck, mine=mine)
        self.dismiss()


def _diff_of_first(diff: str, lines: int) -> str:
    """As much of a unified diff as is about the first lines of the new text."""
    kept, number = list[str](), 1
    for line in diff.split("\n"):
        hunk = re.match(r"@@ -\S+ \+(\d+)", line)
        number = int(hunk[1]) if hunk else number
        if number > lines:
            break
        kept.append(line)
        number += not hunk and line[:1] in " +"
    return "\n".join(kept) if "@@" in "".join(kept) else ""
