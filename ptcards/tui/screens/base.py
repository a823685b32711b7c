"""What all screens share: the two bars, work in the background, notices, undo, and other screens by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import cached_property, wraps
from importlib import import_module
from threading import Event, Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

from ptcards.config import Config
from ptcards.errors import AwayError, CancelledError, PtcardsError
from ptcards.language import _, counted, later, use
from ptcards.scheduling.queue import Scope
from ptcards.tui.bars import KeyGuard, KeyLine, Pane, StatusLine, clashes, declared, name_of_key
from ptcards.tui.page import plain

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner
    from ptcards.study.actions import UndoView
    from ptcards.study.cards import CardView
    from ptcards.study.desk import Desk
    from ptcards.study.session import Session

Result = TypeVar("Result")
Done = TypeVar("Done")
P = ParamSpec("P")
AnyScreen = TypeVar("AnyScreen", bound="DeskScreen[Any]")
Method = Callable[Concatenate[AnyScreen, P], Coroutine[Any, Any, None]]
Starter = Callable[Concatenate[AnyScreen, P], None]
States = dict[str, str | bool | None]
"""What actions are called as things are; False: it can't be done, None: not yet (drawn dim)."""

_TAKES_BACK = {"suspend": later("resume"), "bury": later("unbury"), "mark": later("unmark")}


@dataclass(slots=True)
class Context:
    config: Config
    monotonic: Callable[[], float]
    guard: KeyGuard
    lock: Lock  # held by whatever calls the study from a thread: its calls come one at a time
    remember: Callable[..., Config]  # writes a setting down: its name, its text, the slug of a deck
    sync: Callable[[], Any] | None = None  # starts one in the background
    opened: bool = False  # the library is: sessions can begin
    runner: Runner | None = None
    desk: Desk = field(init=False)
    library: SimpleNamespace = field(init=False)  # the use cases of the first screen, which loads none itself

    def change(self, name: str, text: str, deck: str = "") -> None:
        """Write a setting down; it holds at once. UsageError says why not."""
        written = self.remember(name, text, deck)
        # No more than this: what else is in force may have been said on the command line.
        self.config = self.config._replace(**{name: getattr(written, name), "decks": written.decks})
        use(self.config.language)
        if self.opened:
            self.desk.config = self.config

    def runner_words(self) -> str:
        """The state of the runner, with that of the sandbox where a layer of it is missing."""
        if self.runner is None:
            return _("no runner")
        status = self.runner.status()
        sandbox = "" if "3/3" in status.sandbox else f"{status.sandbox} · "
        words = {"ready": sandbox + _("torch ready"), "no_torch": sandbox + _("torch is not installed")}
        words |= {"warming": _("warming up torch, {} s", round(status.waited))}
        words["restarting"] = _("runner restarting")
        return words.get(status.kind, _("runner gone"))


def background(name: str = "") -> Callable[[Method[AnyScreen, P]], Starter[AnyScreen, P]]:
    """Make a screen's coroutine a worker, one with a `name` at a time; its PtcardsError is shown."""

    def decorate(method: Method[AnyScreen, P]) -> Starter[AnyScreen, P]:
        def start(screen: AnyScreen, /, *args: P.args, **kwargs: P.kwargs) -> None:
            async def run() -> None:
                worker: Worker[Any] = get_current_worker()
                try:
                    await method(screen, *args, **kwargs)
                except PtcardsError as error:
                    if screen.is_attached:
                        screen.report(error)
                finally:
                    screen.end_work(worker)
                    if screen.is_attached:
                        screen.refresh_bindings()

            if not (name and screen.busy):
                screen.begin_work(screen.run_worker(run, name, group=name or "quiet"))

        return cast("Starter[AnyScreen, P]", wraps(method)(start))

    return decorate


class DeskScreen(Screen[Result]):
    """A screen between a line of status and a line of keys."""

    AUTO_FOCUS, ASKS_BEFORE_UNDO = "", False
    ADDS = True  # a card of one's own can be added from it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]
    _work: Worker[Any] | None = None
    _since = 0.0
    undo_log: Session | None = None  # what undo and redo act on, where it is not the whole library

    def __init__(self, context: Context, *body: Widget) -> None:
        super().__init__()
        self.context, self.body, self.status = context, body, StatusLine()
        self.stopped = Event()  # what goes on is to be cut short

    @property
    def desk(self) -> Desk:
        return self.context.desk

    def compose(self) -> ComposeResult:
        yield from (self.status, *self.body, KeyLine())

    def on_mount(self) -> None:
        self.tick()
        self.set_interval(0.5, self._beat)
        for problem in clashes(declared(type(self)), self.context.config.keys):
            self.report(problem)

    def _beat(self) -> None:
        if self.lasting:
            self.refresh_bindings()  # it can be stopped now
        else:
            self.tick()
        # A busy machine can make the framework lose the timer by which it hands on the terminal's size.
        if self.is_current and self.outer_size != self.app.size:
            self.post_message(events.Resize(self.app.size, self.app.size))

    def tick(self) -> None:
        self.status.left = plain(_(self.title or ""), "bold")
        self.status.right = self.doing or self.sub_title or ""

    def actions_now(self) -> States:
        """What actions are called now; any other is always there, called as its binding says."""
        return {}

    @cached_property
    def states(self) -> States:
        return self.actions_now()

    def refresh_bindings(self) -> None:
        vars(self).pop("states", None)
        super().refresh_bindings()
        self.tick()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        state = self.states.get(action, True)
        return state if state is None else state is not False

    @property
    def busy(self) -> bool:
        return self._work is not None

    @property
    def lasting(self) -> bool:
        """Something has been going on for so long that one wonders."""
        return self.busy and self.context.monotonic() - self._since >= 1

    @property
    def doing(self) -> str:
        """What is going on in the background, with how long already: `checking, 2 s`."""
        name = self._work.name if self._work else ""
        seconds = round(self.context.monotonic() - self._since)
        return _("{doing}, {n} s", doing=_(name), n=seconds) if self.lasting else _(name)

    def begin_work(self, work: Worker[Any]) -> None:
        if work.group != "quiet" and not self.busy:
            self._work, self._since = work, self.context.monotonic()
            self.refresh_bindings()

    def end_work(self, work: Worker[Any]) -> None:
        if work is self._work:
            self._work = None

    def rename_work(self, name: str) -> None:
        """May be called from the work's thread."""
        if self._work is not None:
            self._work.name = name

    async def call(self, function: Callable[P, Done], *args: P.args, **kwargs: P.kwargs) -> Done:
        """What `function` gives, called in a thread, one call of all screens at a time; for `background`."""
        worker: Worker[Any] = get_current_worker()
        self.begin_work(worker)

        def locked() -> Done:
            with self.context.lock:
                if worker.is_cancelled:
                    raise CancelledError(_("The screen is gone."))
                return function(*args, **kwargs)

        try:
            return await asyncio.to_thread(locked)
        finally:
            self.end_work(worker)

    def made(self, screen: str, *args: object, **options: object) -> Any:
        """A screen by its module and class, loaded on first use: `ask:BoxScreen`."""
        module, _, name = screen.partition(":")
        found = getattr(import_module(f"ptcards.tui.screens.{module}"), name)
        return found(self.context, *args, **options)

    def action_open(self, screen: str, *args: object, **options: object) -> None:
        self.app.push_screen(self.made(screen, *args, **options))

    def key_of(self, name: str) -> str:
        """The key of an action, by its name in `[keys]`."""
        key = next(binding.key for binding in declared(type(self)) if binding.id == name)
        return name_of_key(self.context.config.keys.get(name, key).split(",")[0].strip())

    async def ask(self, screen: str, *args: object, **options: object) -> Any:
        """The reply of a screen, by its name; for `background`."""
        self._work = None
        return await self.app.push_screen_wait(self.made(screen, *args, **options))

    async def start(self, scope: Scope, typed: Callable[[], str] = str) -> bool:
        """Open a session over `scope` where that has anything to ask; for `background`."""
        session = await self.call(self.context.library.Session, scope)
        if (question := await self.call(session.next)) is None and session.remaining.drill:
            session.start_drill()
            question = await self.call(session.next)
        if question is not None:
            self.action_open("session:SessionScreen", session, question, typed=typed())
        return question is not None

    async def ask_for_trust(self) -> None:
        """Show what each deck that waits for the learner's agreement would run; for `background`."""
        for request in await self.call(self.context.library.requests):
            await self.ask("importing:TrustScreen", request)

    def say(self, text: str) -> None:
        """A short notice that goes away by itself, or when there is another."""
        self.app.clear_notifications()
        self.notify(text, markup=False, timeout=4)

    def report(self, error: Exception | str) -> None:
        """What went wrong, in the error's own words; of many lines the first few."""
        self.app.clear_notifications()
        first, *more = str(error).split("\n")
        text = first + _("\n… and {} more", len(more)) if len(more) > 1 else str(error)
        if isinstance(error, AwayError):
            text += "\n" + _("Or go on here: leave, then ptcards --offline.")
        self.notify(text, severity="error", markup=False, timeout=10)

    def save_draft(self) -> None:
        """Keep what is typed, before something is taken back."""

    def undone(self) -> None:
        """An action was taken back, or an undo was."""

    @background("undoing")
    async def action_undo(self, move: str = "undo") -> None:
        """Undo the newest action, or `redo`; asks first where it is of an earlier day or session."""
        log = self.undo_log or self.context.library
        view = await self.call(log.undo_preview) if move == "undo" else None
        question = _("Undo {}?", in_words(view)) if view and (view.ask_first or self.ASKS_BEFORE_UNDO) else ""
        if question and not await self.ask("ask:BoxScreen", question, enter=_("undo it")):
            return
        self.save_draft()
        if (done := await self.call(log.undo, redo=move == "redo")) is None:
            self.say(_("Nothing to undo.") if move == "undo" else _("Nothing to redo."))
        else:
            self.say(_("{}: {}", _(move), in_words(done)) + (f"\n{done.note}" if done.note else ""))
            self.undone()

    def action_redo(self) -> None:
        self.action_undo("redo")


class PageScreen(DeskScreen[Result]):
    BINDINGS = [
        Binding("down,j", "scroll(1, 0)", "down", show=False),
        Binding("up,k", "scroll(-1, 0)", "up", show=False),
        Binding("pagedown,space", "scroll(0, 1)", "further"),
        Binding("pageup,b", "scroll(0, -1)", "up", show=False),
    ]

    def __init__(self, context: Context, *above: Widget) -> None:
        self.pane = Pane()
        super().__init__(context, *above, self.pane)

    def actions_now(self) -> States:
        return {"scroll": self.pane.max_scroll_y > 0}

    def action_scroll(self, lines: int, pages: int) -> None:
        self.pane.turn(lines, pages)


def change_of(card: CardView, action: str) -> str:
    """`suspend`, `bury` or `mark`, or what takes it back where the card has it already."""
    has = {"suspend": card.state == "suspended", "bury": card.state == "buried", "mark": card.schedule.marked}
    return _TAKES_BACK[action] if has[action] else action


def in_words(view: UndoView) -> str:
    """What an undo takes back and how long ago it was, in the unit that fits."""
    minutes = view.seconds_ago // 60
    for size, unit in ((1440, later("day")), (60, later("hour"))):
        if count := minutes // size:
            return _("{}, {} ago", view.what, counted(count, unit))
    return _("{}, {} min ago", view.what, minutes) if minutes else _("{}, just now", view.what)
