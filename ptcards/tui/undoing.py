"""Undo and redo from any screen: named, and asked about first where it reaches further back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.study.views import UndoView
    from ptcards.tui.screens.base import DeskScreen


def undo(
    screen: DeskScreen[Any],
    preview: Callable[[], UndoView | None],
    act: Callable[[], UndoView | None],
    then: Callable[[UndoView], object],
) -> None:
    """Take the newest action back; `then` gets what was undone."""

    def done(view: UndoView | None) -> None:
        _told(screen, "undo", view, then, nothing="Nothing to undo.")

    def ask(view: UndoView | None) -> None:
        if view is None or not view.ask_first:
            screen.in_background("undoing", act, done)
            return
        from ptcards.tui.screens.ask import AskScreen

        question = f"Undo {view.what}, {ago(view.seconds_ago)}?"
        screen.app.push_screen(
            AskScreen(question, "undo it"),
            lambda yes: screen.in_background("undoing", act, done) if yes else None,
        )

    screen.in_background("looking", preview, ask)


def redo(
    screen: DeskScreen[Any], act: Callable[[], UndoView | None], then: Callable[[UndoView], object]
) -> None:
    """Take the newest undo back."""
    screen.in_background(
        "redoing", act, lambda view: _told(screen, "redo", view, then, nothing="Nothing to redo.")
    )


def _told(
    screen: DeskScreen[Any],
    word: str,
    view: UndoView | None,
    then: Callable[[UndoView], object],
    *,
    nothing: str,
) -> None:
    if view is None:
        screen.tell(nothing)
        return
    screen.tell(f"{word}: {view.what}, {ago(view.seconds_ago)}" + (f"\n{view.note}" if view.note else ""))
    then(view)


def ago(seconds: int) -> str:
    """How long ago, in the unit that fits."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "min")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 and unit != 'min' else ''} ago"
    return "just now"
