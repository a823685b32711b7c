"""Text files of other programs: hashcards' Markdown is read, what others wrote is called by its name."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ptcards.deck.card import Accepts, Card, Deck
from ptcards.deck.nodes import read_text_of
from ptcards.deck.reading import MOST_TEXT
from ptcards.errors import DeckError, Problem
from ptcards.exchange.incoming import Incoming, id_of_text
from ptcards.exchange.names import Names

_NAME = re.compile(r"""\A---\n[^Q]*?^name\s*=\s*["'](.+?)["']\s*$""", re.MULTILINE)
_PART = re.compile(r"^(?:([QAC]):|---$)((?:.*)(?:\n(?![QAC]:|---$).*)*)", re.MULTILINE)
_CLOZE = re.compile(r"\\[\[\]]|!\[[^\[\]]*\]|\[((?:\\[\[\]]|[^\[\]])*)\]")
"""A bracket that is meant, a picture, and what is to be hidden."""
_MOST = 2**26
"""Characters that all cards, and those of one text in brackets, may have."""
_WRONG = (
    "a card is `Q:` and then `A:`, or `C:` with [what is hidden] in brackets, "
    f"no side empty or longer than {MOST_TEXT:,} characters; it is left out"
)
_FOREIGN = {
    "a Mochi export": rb"\.mochi\Z|PK\x03\x04.{26}data\.(edn|json)|\"~:decks\"|\A\s*\{:(version|decks)"
    rb"|\A\s*\{(?!.*\"deck\"\s*:).*\"(?:decks|cards)\"\s*:.*\.json\Z",
    "a Mnemosyne export": rb"\.cards\Z|<openSM2sync|<mnemosyne|PK\x03\x04.{26}cards\.xml",
    "an org-fc file": rb":FC_CREATED:|:fc:\s",
    "an Org file": rb"\.org\Z",
    "a RemNote export": rb"\.rem\Z|\"knowledgebaseId\"|PK\x03\x04.{26}rem\.json",
    "a SuperMemo export": rb"<SuperMemoCollection|<SuperMemoElement",
}
"""By how it begins, or by the end of its name."""
_READ = "YAML decks, CSV and TSV, Anki's packages and text files, and hashcards' Markdown"


def foreign(path: Path) -> str:
    """What a file is whose program's files are not read, and what to do; "" where it is none of these."""
    with path.open("rb") as file:
        begin = file.read(2**13) + path.name.lower().encode(errors="replace")
    for what, signs in _FOREIGN.items():
        if re.search(signs, begin, re.DOTALL):
            return f"this is {what}; ptcards reads {_READ}: export it there as one of these, or through Anki"
    return ""


def read_markdown(path: Path, deck: str | None, names: Names) -> Incoming:
    """A deck of hashcards: `Q:` and `A:`, or `C:` with what is hidden in brackets; `---` ends a card."""
    text, line, at = read_text_of(path), 1, 0
    named = _NAME.match(text)
    title = deck or (named[1] if named else path.stem)
    found, problems, before, asked, size = Counter[tuple[str, str]](), list[Problem](), "", "", 0
    for part in _PART.finditer(f"{text}\n---"):
        old, line, at = line, line + text.count("\n", at, part.start()), part.start()
        kind, said = part[1] or "", part[2].strip()
        pairs = [(asked, said)] if before + kind == "QA" else []
        if kind == "C" and len(said) * said.count("[") < _MOST:
            pairs = list(_clozes(said))
        whole = bool(pairs) and all(side and len(side) <= MOST_TEXT for pair in pairs for side in pair)
        wrong = [old] if before == "Q" and kind != "A" else []
        wrong += [line] if kind in {"A", "C"} and not whole else []
        problems += (Problem(path, place, "", "form", _WRONG) for place in wrong)
        found.update(pairs if whole else ())
        size += sum(map(len, chain(*pairs)))
        if size > _MOST:
            raise DeckError((*problems, Problem(path, line, "", "too-big", "holds too much: split it")))
        before, asked = kind, said
    if not found:
        raise DeckError(tuple(problems) or (Problem(path, 1, "", "missing", "the file holds no card"),))
    asks = Counter(question for question, _ in found)
    # Of those that ask the same the whole says which is which.
    ids = (id_of_text(pair[0] if asks[pair[0]] == 1 else "\x1f".join(pair)) for pair in found)
    cards = tuple(Card(own, *pair, Accepts.RECALL) for own, pair in zip(ids, found, strict=True))
    repeated = found.total() - len(found)
    notes = (f"cards that are there twice, left out: {repeated:,}",) if repeated else ()
    return Incoming((Deck(names.deck(title), cards, title),), notes, problems=tuple(problems))


def _clozes(text: str) -> Iterator[tuple[str, str]]:
    """For each text in brackets the whole without it, and with it."""

    def shown(found: re.Match[str]) -> str:
        return found[0].removeprefix("\\") if found[1] is None else _CLOZE.sub(shown, found[1])

    whole, at, holes = "", 0, list[tuple[int, int]]()
    for cloze in _CLOZE.finditer(text):
        start = len(whole := whole + text[at : cloze.start()])
        whole, at = whole + shown(cloze), cloze.end()
        holes += [(start, len(whole))] if cloze[1] else []
    whole += text[at:]
    yield from ((f"{whole[:start]}[...]{whole[end:]}", whole) for start, end in holes)
