"""Checks `ptcards serve` in Chromium, on a desk and on a phone. Runs where `playwright` and `pyte` are installed.

python browser_check.py CHROMIUM PTCARDS FOLDER      exits 1 with what is wrong
"""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyte
from PIL import Image
from playwright.sync_api import Browser, WebSocket, sync_playwright

DECK = """\
deck: pictures
title: Pictures
preamble: import numpy as np
cards:
  - id: turn
    question: Turn `img` upside down.
    given: |
      img = np.zeros((40, 60, 3), np.uint8)
      img[:20, :, 2] = 255
    fixed: true
    check: assert answer.dtype == np.uint8 and np.array_equal(answer, img[::-1]), "not upside down"
    solution: img[::-1]
"""
PATIENCE = 60.0
_PRIVATE = re.compile(rb"\x1b\[[<=>?][0-9;]*[a-zA-Z$]+")  # modes, which the terminal in memory does not know


class Window:
    """A window of the browser; what its terminal shows, read from what came for it."""

    def __init__(self, browser: Browser, **how: Any) -> None:
        self.wrong: list[str] = []
        self.sent: list[str] = []
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.context = browser.new_context(**how)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"a script failed: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", self._connected)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.wrong.append(f"the console says {message.text!r}")

    def _asked(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:")):
            self.wrong.append(f"asks for {url}")

    def _connected(self, socket: WebSocket) -> None:
        size = dict(re.findall(r"(\w+)=(\d+)", socket.url))
        self._screen.resize(int(size["height"]), int(size["width"]))
        socket.on("framereceived", self._drawn)
        socket.on("framesent", lambda sent: self.sent.append(str(sent)))

    def _drawn(self, drawn: str | bytes) -> None:
        if isinstance(drawn, bytes):
            self._stream.feed(_PRIVATE.sub(b"", drawn))

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, *texts: str) -> None:
        until = time.monotonic() + PATIENCE
        while not all(text in self.text for text in texts):
            if time.monotonic() > until:
                raise SystemExit(f"{texts} did not come; {self.wrong}; the screen:\n{self.text}")
            self.page.wait_for_timeout(50)

    def tap(self, text: str) -> None:
        """Touch what is written there."""
        row = next(number for number, line in enumerate(self._screen.display) if text in line)
        column = self._screen.display[row].index(text)
        box = self.page.locator(".xterm-screen").bounding_box()
        assert box is not None
        x = box["x"] + (column + 0.5) * box["width"] / self._screen.columns
        self.page.touchscreen.tap(x, box["y"] + (row + 0.5) * box["height"] / self._screen.lines)

    def expect(self, told: object, what: str) -> None:
        self.wrong += [] if told else [what]

    def colours(self) -> set[tuple[int, ...]]:
        """Colours that fill some part of the window."""
        with Image.open(io.BytesIO(self.page.screenshot())) as picture:
            found = picture.convert("RGB").getcolors(1 << 24) or []
        return {colour for count, colour in found if count > 500}


def on_a_desk(browser: Browser, url: str) -> list[str]:
    window = Window(browser, viewport={"width": 1280, "height": 800})
    page, keyboard = window.page, window.page.keyboard
    window.context.grant_permissions(["clipboard-write"])
    page.goto(url)
    window.wait_for("Pictures", "torch")
    window.expect("token" not in page.url, f"the token stays in the address: {page.url}")
    keyboard.press("Enter")
    window.wait_for("upside down", "F1 help")
    lines = "y = img\\nfor _ in range(1):\\n    y = y[:, ::-1]\\nanswer = y"
    page.evaluate(f"navigator.clipboard.writeText('{lines}')")
    keyboard.press("Control+V")
    window.wait_for("3      y = y[:, ::-1]", "4  answer = y")
    keyboard.press("F5")  # which would load the page anew
    window.wait_for("Not yet", "yours", "wanted")
    keyboard.press("Alt+T")
    window.wait_for("Tried, not checked")
    window.expect({(255, 0, 0), (0, 0, 0)} <= window.colours(), "the picture is not drawn")
    keyboard.press("F4")
    window.wait_for("No editor can be opened in a browser.")
    keyboard.press("F1")
    window.wait_for("press Alt in place of Ctrl")

    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    keyboard.down("Control")
    page.close(run_before_unload=True)  # as at Ctrl+W
    page.wait_for_timeout(300)
    keyboard.up("Control")
    window.expect(asked == ["beforeunload"], "it does not ask before Ctrl+W closes it")
    window.context.close()
    return window.wrong


def on_a_phone(browser: Browser, url: str) -> list[str]:
    window = Window(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = window.page
    page.goto(url)
    window.wait_for("Pictures", "torch")
    window.tap("review today")
    window.wait_for("y = y[:, ::-1]")  # the draft of a window that was closed
    wide = page.evaluate("document.querySelector('.xterm-screen').getBoundingClientRect().right > innerWidth")
    window.expect(not wide, "the screen is wider than the window")
    page.tap("#keyboard")
    window.expect(page.evaluate("document.activeElement.inputMode") == "text", "no keyboard comes")
    page.set_viewport_size({"width": 390, "height": 480})  # what the keyboard leaves
    page.keyboard.type("#")
    window.wait_for("answer = y#")
    page.set_viewport_size({"width": 390, "height": 844})
    page.tap("#ctrl")
    page.keyboard.type("r")
    window.wait_for("Not yet")
    window.expect({(255, 0, 0), (0, 0, 0)} <= window.colours(), "the picture is not drawn")
    page.tap("text=Esc")
    window.wait_for("q back")
    touch = window.context.new_cdp_session(page)
    for kind, y in (("touchStart", 500), ("touchMove", 400), ("touchMove", 300), ("touchEnd", 0)):
        points = [{"x": 200, "y": y}] if y else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(100)
    window.expect(any("[<65;" in sent for sent in window.sent), "a finger does not scroll")
    window.tap("q back")
    window.wait_for("q quit")
    window.tap("q quit")
    page.tap("#again", trial=True)  # it is there, and nothing lies above it
    window.context.close()
    return window.wrong


def main() -> None:
    chromium, ptcards, folder = sys.argv[1:]
    home = Path(folder) / "served"
    environment = os.environ | {"PTCARDS_HOME": str(home), "PTCARDS_NOW": "2026-11-23T08:00:00+01:00"}
    deck = Path(folder) / "pictures.yaml"
    deck.write_text(DECK, encoding="utf-8")
    for command in (("import", "--trust", str(deck)), ("decks", "disable", "pytorch-notes")):
        subprocess.run([ptcards, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    with (
        subprocess.Popen([ptcards, "serve"], env=environment, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as playwright,
    ):
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        browser = playwright.chromium.launch(executable_path=chromium)
        try:
            wrong = [f"on a desk: {what}" for what in on_a_desk(browser, url)]
            wrong += [f"on a phone: {what}" for what in on_a_phone(browser, url)]
        finally:
            browser.close()
            server.send_signal(signal.SIGINT)
    wrong += [f"it ended with {server.returncode}"] * (server.returncode != 0)
    if wrong:
        raise SystemExit("\n".join(wrong))
    print("Chromium shows the app as it should be, on a desk and on a phone")  # noqa: T201 - its output


if __name__ == "__main__":
    main()
