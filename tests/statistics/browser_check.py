"""Checks pages in Chromium: narrow and wide, light and dark, and on paper. Runs where `playwright` is installed.

python browser_check.py CHROMIUM PAGE...      exits 1 with what is wrong, a line each
"""

from __future__ import annotations

import io
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

QUIET = "gpu", "quic", "background-networking", "component-update", "sync"
# What leaves the window or its picture to the right, unless it lies in a box that scrolls.
OVERFLOWING = """() => {
  const text = e => `${e.tagName.toLowerCase()} ${e.textContent.slice(0, 30).trim()}`;
  const scrolls = e => e && (['auto', 'scroll'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const all = [...document.querySelectorAll('main *')];
  const wide = all.filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e));
  const cut = all.filter(e => e.ownerSVGElement &&
    e.getBoundingClientRect().right > e.ownerSVGElement.getBoundingClientRect().right + 1);
  const page = document.documentElement.scrollWidth > innerWidth ? ['the whole page'] : [];
  return [...page, ...wide.map(text), ...cut.map(text)];
}"""
TINY = """() => [...document.querySelectorAll('svg text')]
  .filter(e => e.getBoundingClientRect().height < 10).map(e => e.textContent)"""
TEXTS = (
    "h1",
    "h2",
    ".about",
    ".facts li",
    "summary",
    "th",
    "td",
    "figcaption",
    "pre",
    "svg text",
    "svg .dim",
)
READABLE, SEEN = 4.5, 3.0
"""WCAG's ratios, for text and for shapes."""


def main() -> None:
    wrong: list[str] = []
    with sync_playwright() as playwright:
        quiet = [f"--disable-{one}" for one in QUIET]
        browser = playwright.chromium.launch(executable_path=sys.argv[1], args=quiet)
        for name in sys.argv[2:]:
            wrong += [f"{Path(name).name}: {what}" for what in check(browser, Path(name))]
        version = browser.version
        browser.close()
    for what in wrong:
        print(what)  # noqa: T201 - its output
    if wrong:
        raise SystemExit(1)
    print(f"Chromium {version} shows the pages as they should be")  # noqa: T201 - its output


def check(browser: Browser, file: Path) -> list[str]:
    looks = ((width, scheme) for width in (390, 1280) for scheme in ("light", "dark"))
    return [
        f"{width} wide, {how}: {what}" for width, how in looks for what in _look(browser, file, width, how)
    ]


def _look(browser: Browser, file: Path, width: int, scheme: str) -> list[str]:
    wrong: list[str] = []
    asked: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.on("console", lambda message: wrong.append(f"the console says {message.text!r}"))
    page.on("pageerror", lambda error: wrong.append(f"a script failed: {error}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    wrong += _seen(page, scheme)
    if (width, scheme) == (1280, "dark"):
        wrong += [f"on paper: {what}" for what in _printed(page)]
    page.close()
    return wrong + [f"asks for {url}" for url in asked if url != file.as_uri()]


def _seen(page: Page, scheme: str) -> list[str]:
    wrong = [f"{text!r} is too small to read" for text in page.evaluate(TINY)]
    for state in ("closed", "open"):
        wrong += [f"{what} overflows, tables {state}" for what in page.evaluate(OVERFLOWING)]
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    if page.evaluate("document.scripts.length"):
        wrong.append("there is a script")
    if made := page.evaluate("document.querySelectorAll('b, i, img, iframe, form, a').length"):
        wrong.append(f"{made} elements were made of somebody's text")
    background = _ratio(_pixels(page, "h1").most_common(1)[0][0], (0, 0, 0))
    if (background > READABLE) != (scheme == "light"):
        wrong.append("the background is not what was asked for")
    for texts, least in ((TEXTS, READABLE), (("svg .bar", "svg .heat4.key"), SEEN)):
        seen = [(which, ratio) for which in texts for ratio in _contrasts(page, which)]
        wrong += [f"{which} has a contrast of {ratio:.1f}" for which, ratio in seen if ratio < least]
    return wrong


def _contrasts(page: Page, which: str) -> list[float]:
    """Of the first of these elements: its background's colour against the one in its picture that differs most."""
    if not page.locator(which).filter(visible=True).count():
        return []
    background = _pixels(page, "h1").most_common(1)[0][0]
    return [max(_ratio(background, colour) for colour in _pixels(page, which))]


def _pixels(page: Page, which: str) -> Counter[Any]:
    with Image.open(io.BytesIO(page.locator(which).filter(visible=True).first.screenshot())) as picture:
        return Counter(picture.convert("RGB").get_flattened_data())


def _ratio(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    dark, light = sorted(_luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    shares = (part / 255 for part in colour)
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _printed(page: Page) -> list[str]:
    """The page as a PDF: every section on paper, in dark ink though the screen is dark."""
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=False))).pages
    texts = [sheet.extract_text() for sheet in sheets]
    written = unicodedata.normalize("NFKC", " ".join(" ".join(texts).split()))
    titles = page.locator("h2").all_inner_texts()
    wrong = [f"{title!r} is missing" for title in titles if title not in written]
    wrong += [f"sheet {number} is empty" for number, text in enumerate(texts, 1) if not text.strip()]
    wrong += [] if titles else ["no section at all"]
    page.emulate_media(media="print")
    background = _pixels(page, "h2").most_common(1)[0][0]
    return wrong + ([] if background == (255, 255, 255) else ["it is drawn for a dark screen"])


if __name__ == "__main__":
    main()
