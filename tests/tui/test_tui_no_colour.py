"""NO_COLOR, in a real pseudo-terminal: not one colour is sent, and what colours say is seen all the same."""

from __future__ import annotations

import re
from pathlib import Path

from tests.tui.terminal import Terminal, start

NOW = "2026-11-23T08:00:00+01:00"
_SGR = re.compile(rb"\x1b\[([\d;:]*)m")


def colours_in(raw: bytes) -> set[str]:
    """What a session sent that sets a colour, be it the terminal's default one."""
    sent = (code for codes in _SGR.findall(raw) for code in codes.decode().replace(":", ";").split(";"))
    return {code for code in sent if code and (30 <= int(code) <= 49 or 90 <= int(code) <= 107)}


def reversed_cells(terminal: Terminal) -> str:
    """What is marked on the screen, by rows."""
    rows = (terminal.screen.buffer[y] for y in range(terminal.screen.lines))
    return "\n".join(
        "".join(row[x].data for x in range(terminal.screen.columns) if row[x].reverse) for row in rows
    )


def review_a_card(terminal: Terminal) -> None:
    terminal.wait_until_open()
    terminal.press("enter")
    terminal.wait_for("capital of France")
    terminal.wait_for("Enter check")
    terminal.type("Pairs")
    terminal.press("f5")
    terminal.wait_for("✗ Not yet")
    terminal.wait(lambda: " " in reversed_cells(terminal), "the editor's cursor")
    terminal.view()
    terminal.press("backspace", "backspace", "backspace")
    terminal.type("ris")
    terminal.press("f5")
    terminal.wait_for("▸ 1 Again")
    terminal.view()
    terminal.press("enter")
    terminal.wait_for("capital of Austria")
    terminal.wait_for("Enter check")
    terminal.press("escape")
    terminal.wait_for("Enter editor")
    terminal.press("q")
    terminal.wait_for("1 card")
    terminal.press("q")
    terminal.wait_for("Enter review today")


def look_around(terminal: Terminal) -> None:
    for key, text in (("s", "A year of days"), ("?", "read the deck files again"), ("/", "Esc to the cards")):
        terminal.press(key)
        terminal.wait_for(text)
        terminal.press("escape")
        if key == "/":
            terminal.wait_for("Space pick")
            assert "▸ 2026-11-24" in terminal.text
            terminal.press("escape")
        terminal.wait_for("Next two weeks")
    terminal.press("ctrl+p")
    terminal.wait_for("Search for commands")
    terminal.wait(lambda: "5 more new cards" in reversed_cells(terminal), "the marked command")
    terminal.press("escape")
    terminal.wait_for("Next two weeks")


def test_not_one_colour_is_sent_and_what_is_marked_is_seen(towns: Path) -> None:
    with start(towns, PTCARDS_NOW=NOW, NO_COLOR="1") as terminal:
        review_a_card(terminal)
        look_around(terminal)
        terminal.press("q")
        assert terminal.end() == 0
        assert colours_in(terminal.raw) == set()


def test_an_empty_no_color_asks_for_nothing(towns: Path) -> None:
    (towns / "config.toml").write_text('theme = "nord"\n')
    with start(towns, PTCARDS_NOW=NOW, NO_COLOR="") as terminal:
        terminal.wait_until_open()
        terminal.press("q")
        assert terminal.end() == 0
        codes = colours_in(terminal.raw)
    assert "38" in codes
    colourful = re.findall(rb"\x1b\[[\d;]*[34]8;2;(\d+);(\d+);(\d+)", terminal.raw)
    assert any(len({*colour}) > 1 for colour in colourful)
