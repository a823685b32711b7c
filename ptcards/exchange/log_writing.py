"""The whole log into a stream, loss-free, with memory that does not grow with it."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, BinaryIO

from ptcards.exchange.log_lines import Header, event_line, header_line
from ptcards.exchange.selection import Selection, chosen_events
from ptcards.scheduling.days import time_of
from ptcards.text import counted

if TYPE_CHECKING:
    from ptcards.store.values import Choice
    from ptcards.study.workspace import Workspace

_MOST_EVENTS = 10**15
_PIECE = 1 << 18


def write_log(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    """Write header and events; says what is in it."""
    exported_at = time_of(workspace.clock()).isoformat(timespec="seconds")
    device = workspace.store.device
    # What is asked for and not there is told before anything is written.
    wanted = chosen_events(workspace, selection)
    counts = _can_write_over(out)
    top = header_line(Header(device, exported_at, _MOST_EVENTS if counts else None))
    out.write(top)
    events, answers = _write_events(workspace, wanted, out, code_too=selection.answers)
    if counts:
        out.seek(0)
        out.write(header_line(Header(device, exported_at, events), width=len(top) - 1))
    return _told(selection, events, answers)


def _can_write_over(out: BinaryIO) -> bool:
    """Whether the header can be written once more when the events are counted."""
    if not out.seekable() or out.tell() != 0:
        return False
    # A file that is appended to (`>>`) takes everything at its end, wherever one seeks.
    return not fcntl.fcntl(out.fileno(), fcntl.F_GETFL) & os.O_APPEND


def _write_events(workspace: Workspace, wanted: Choice, out: BinaryIO, *, code_too: bool) -> tuple[int, int]:
    events = answers = size = 0
    lines: list[bytes] = []
    for event, code in workspace.store.log.events(wanted):
        if code is not None:
            if code_too:
                answers += 1
            else:
                code = None  # noqa: PLW2901 - the answer stays behind
        line = event_line(event, code)
        events += 1
        lines.append(line)
        size += len(line)
        if size > _PIECE:
            out.writelines(lines)
            lines.clear()
            size = 0
    out.writelines(lines)
    return events, answers


def _told(selection: Selection, events: int, answers: int) -> str:
    if not selection.answers:
        code = ", without your answers' code"
    else:
        code = f", with the code of {counted(answers, 'answer')}" if answers else ""
    whole = selection.since is None and not selection.narrows_cards
    return f"{'the whole log' if whole else 'a part of the log'}: {counted(events, 'event')}{code}"
