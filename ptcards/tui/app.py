"""The app: opens the library, starts the runner, shows the first screen, leaves the terminal as it was."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from importlib import import_module
from operator import sub
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.color import Color
from textual.command import CommandPalette
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.theme import Theme, ThemeProvider

from ptcards.config import Config
from ptcards.errors import CancelledError, PtcardsError
from ptcards.language import _, later
from ptcards.paths import keep_report
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.queue import Scope
from ptcards.store.glance import Glance, glance
from ptcards.tui.bars import KeyGuard, check_keymap
from ptcards.tui.screens.base import Context, background
from ptcards.tui.screens.home import HomeScreen

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner
    from ptcards.store.server import Where

PATIENCE = 10.0  # seconds that the app has to end by itself
_MARKED = 0.12
"""The part of a channel by which a background differs that marks something; softer ones only decorate."""


class NoColour(LineFilter):
    """No colour at all (NO_COLOR): what has a background of its own is reversed instead."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        plain = ((text, style and _without_colour(style, background), it) for text, style, it in segments)
        return [Segment(*parts) for parts in plain]


@lru_cache(4096)
def _without_colour(style: Style, background: Color) -> Style:
    own = None if style.bgcolor is None or style.bgcolor.is_default else Color.from_rich_color(style.bgcolor)
    marked = own and max(map(abs, map(sub, own.normalized, background.normalized))) > _MARKED
    # What a click on it does is kept.
    return style.without_color + Style.from_meta(style.meta) + Style(reverse=True if marked else None)


class PtcardsApp(App[int]):
    """ptcards in a terminal. Making it checks the keys and takes a glance at the database: PtcardsError.

    `scope` starts a session at once; `make_runner` is called once the first screen is drawn, `remember` with
    the name and text of a setting (and a deck's slug); `monotonic` gives seconds for keys and waiting; `sync`
    starts one in the background, whose `said()` says how it went.
    """

    TITLE = "ptcards"
    CSS_PATH = "styles.tcss"
    BINDINGS = [
        Binding("question_mark,f1", "help", "help", id="help"),
        Binding("a", "add", "add a card", id="add"),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "to the shell; fg comes back", show=False),
        Binding("ctrl+p", "command_palette", "commands, themes", show=False),
    ]

    def __init__(  # noqa: PLR0913 - all that a command has in hand
        self,
        database: Where,
        config: Config,
        clock: Callable[[], Moment],
        scope: Scope | None = None,
        *,
        make_runner: Callable[[], Runner] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        remember: Callable[..., Config] = lambda *_said: Config(),
        sync: Callable[[], Any] | None = None,
    ) -> None:
        super().__init__()
        check_keymap(config.keys)
        self.no_color = bool(os.environ.get("NO_COLOR"))
        self._database, self._clock, self._scope, self.make_runner = database, clock, scope, make_runner
        self.failure: PtcardsError | None = None
        self.stopped = Event()  # the opening of the library is to be cut short
        self.context = Context(config, monotonic, KeyGuard(monotonic), Lock(), remember, sync)
        day = study_day(clock(), config.day_starts_at)
        self._home = HomeScreen(self.context, _first_look(database, day, config), scope)

    def get_default_screen(self) -> HomeScreen:
        return self._home

    def get_line_filters(self) -> Sequence[LineFilter]:
        # The framework's own filters for this leave greys, and take an empty NO_COLOR for one that is set.
        filters = [one for one in super().get_line_filters() if not isinstance(one, (Monochrome, NoColor))]
        return [*filters, NoColour()] if self.no_color else filters

    def on_mount(self) -> None:
        config = self.context.config
        if config.theme in self.available_themes:
            self.theme = config.theme
        else:
            what = _("config.toml: there is no theme {!r}. Ctrl+P, then theme, lists them.", config.theme)
            self.notify(what, severity="warning", markup=False, timeout=10)
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.set_keymap(dict(config.keys))
        # The terminal forgot the screen while the shell had it.
        self.app_resume_signal.subscribe(self, lambda _app: self.refresh(layout=True))
        # Whatever is slow begins once the first screen has been drawn.
        self._home.call_after_refresh(open_library, self._home, self)

    def _theme_changed(self, theme: Theme) -> None:
        if theme.name != self.context.config.theme:
            self.change("theme", theme.name)

    def change(self, name: str, text: str) -> None:
        """Write a setting of the app down, and draw all screens as it wants them."""
        try:
            self.context.change(name, text)
        except PtcardsError as error:
            self.notify(str(error), severity="warning", markup=False)
        for screen in self.screen_stack:
            screen.refresh_bindings()
        self.screen.post_message(events.ScreenResume())

    def open(self) -> Glance:
        """Start the runner, open the library; UsageError for a scope that names what is not there."""
        # Loaded here, behind the first screen: the study layer and the database take a while.
        from ptcards.study import actions, comparing, decks, drafts, session, trust

        context = self.context
        if self.make_runner is not None:
            context.runner = self.make_runner()
            context.runner.start()
        asked = self._database, context.config, self._clock, context.runner
        desk = context.desk = decks.open_desk(*asked, self.opening_progress)
        uses = (
            session.Session,
            decks.refresh,
            decks.offers,
            decks.add,
            trust.requests,
            actions.undo_preview,
            actions.undo,
        )
        context.library = SimpleNamespace(**{use.__name__: partial(use, desk) for use in uses})
        if self._scope is not None:
            session.select(desk, self._scope)
        found = desk.home()
        advice = desk.interpreter.advice(found.counts.held_back.requires)
        desk.notices += (*advice, *drafts.notices(), *comparing.notices(desk))
        import_module("ptcards.tui.screens.session")  # loaded before anyone waits for it
        return found

    def opening_progress(self, what: str) -> None:
        """Show what is being done; CancelledError once it is to stop."""
        if self.stopped.is_set():
            raise CancelledError(
                _("Stopped while {}: what was not finished is as it was, and the next start does it.", what)
            )
        self._home.rename_work(what)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "add":
            return self.context.opened and getattr(self.screen, "ADDS", False)
        if action != "stop_opening":
            return super().check_action(action, parameters)
        return not self.context.opened and (self._home.lasting or not self._home.home.current)

    def action_stop_opening(self) -> None:
        self.stopped.set()
        self._home.rename_work(later("stopping"))

    async def action_quit(self) -> None:
        if self.check_action("stop_opening", ()) and not self.stopped.is_set():
            self.action_stop_opening()
        else:
            await super().action_quit()

    def action_help_quit(self) -> None:
        """Ctrl+C never quits; it says what does. A start that takes long it stops: nothing is typed yet."""
        if self.check_action("stop_opening", ()):
            self.action_stop_opening()
        else:
            self.notify(_("q goes back (after Esc, where you type), Ctrl+Q quits."), markup=False, timeout=4)

    def action_suspend_process(self) -> None:
        if self.is_web:
            self.notify(_("There is no shell in a browser to go to."), markup=False, timeout=4)
        super().action_suspend_process()

    def close(self) -> None:
        self.stopped.set()
        if opened := getattr(self.context, "desk", self.context.runner):
            opened.close()

    def action_help(self) -> None:
        self._home.action_open("ask:HelpScreen", self.screen)

    def action_add(self) -> None:
        self._home.action_open("adding:AddScreen")

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("Search for commands…")))

    def search_themes(self) -> None:
        self.push_screen(CommandPalette([ThemeProvider], placeholder=_("Search for themes…")))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        return cast("Iterable[SystemCommand]", import_module("ptcards.tui.screens.ask").commands(screen))

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.context.guard.saw(event.key)
        await super().on_event(event)

    def _fatal_error(self) -> None:
        # The framework prints a traceback with everything in it, the learner's code included.
        report = None if self._exception is None else keep_report(self._exception)
        lines = [_("ptcards had to stop: {!r}.", self._exception), _("Every grade given so far is saved.")]
        if report:
            words = _("What happened is written in {}: please send it with a report of the fault.", report)
            lines.append(words)
        self._exit_renderables.append(Text("\n".join(lines)))
        self._close_messages_no_wait()


def _first_look(database: Where, day: int, config: Config) -> Glance:
    """What is known at once: of what is on a server, which may be slow, what the copy here says."""
    if isinstance(database, Path):
        return glance(database, day, config)
    with suppress(PtcardsError):
        if (near := glance(database.copy, day, config)).current:
            return near
    return Glance(day)


def _wait_for_hang_up() -> None:
    """Send oneself SIGHUP once the terminal is gone.

    The system sends it to the one that leads the session alone, a shell as a rule. Where that is make, it
    waits for the app, which would read an empty terminal again and again for ever.
    """
    gone = select.poll()
    gone.register(0, 0)  # that it hangs up is told in any case
    if any(what & select.POLLHUP for _, what in gone.poll()):
        os.kill(os.getpid(), signal.SIGHUP)


@contextmanager
def ending_on_signals(app: App[int]) -> Iterator[None]:
    """SIGHUP and SIGTERM end the app as Ctrl+Q does, and force an exit after PATIENCE."""

    def end(number: int, _: object) -> None:
        code = 128 + number
        try:
            termios.tcgetattr(sys.__stderr__ or 2)
        except (termios.error, ValueError):
            # For a terminal that takes nothing more the framework waits for good: draw no more.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            os.close(nowhere)
            # A terminal that goes sends this, too, at which the framework would begin to draw again.
            signal.signal(signal.SIGCONT, signal.SIG_IGN)
        last = Timer(PATIENCE, os._exit, [code])
        last.daemon = True
        last.start()
        app.call_later(app.exit, code, code)

    before = {number: signal.signal(number, end) for number in (signal.SIGHUP, signal.SIGTERM)}
    Thread(target=_wait_for_hang_up, name="ptcards-hang-up", daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.stdout.flush()


@background("opening")
async def open_library(home: HomeScreen, app: PtcardsApp) -> None:
    """Open the library behind the first screen; the app ends where that fails or is stopped."""
    try:
        found = await home.call(app.open)
    except PtcardsError as error:
        app.failure = error
        app.exit(error.exit_code)
        return
    if app.stopped.is_set():
        app.exit(0)
    else:
        app.context.opened = True
        home.library_opened(found, app.context.desk.notices)


def run(app: PtcardsApp) -> int:
    """Run the app until it ends, and give the process's exit code; a PtcardsError comes on a clean screen."""
    try:
        with ending_on_signals(app):
            code = app.run()
    finally:
        app.close()
    if app.failure is not None:
        raise app.failure
    return app.return_code or code or 0
