"""The catalogues of the app's words. `make words` takes new words into them and compiles them.

What is marked: the first argument of `_`, `later` and `background`, the noun of `counted`, the description of a
`Binding`, the keys of `counts[...]`, the titles and definitions of the statistics, and what the schema of decks says
to a person. Words of which a person decides nothing are unmarked: keys, names of actions, styles, code.
"""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "locale"
MARKS = {"_": 0, "later": 0, "background": 0, "counted": 1, "Binding": 2}
"""Functions and which of their arguments the catalogues know."""

_STYLE = re.compile(r"\$|bold|dim\b|on |</?[a-z]|(ATTACH|INSERT|PRAGMA|SELECT) |.* FROM |[A-Z_ \n]+$")
_WORDS = re.compile(r"[A-Za-z]{2,}[,;:.…?!]* [A-Za-z{]|^[A-Z][a-z]+|[a-z]{2,}[.?!…]$")


def catalogue(language: str) -> tuple[Path, Catalog]:
    path = LOCALE / language / "LC_MESSAGES" / "ptcards.po"
    with path.open("rb") as file:
        return path, read_po(file, locale=language)


def marked() -> Catalog:
    """All words that the code has, as a catalogue without translations."""
    found = Catalog()
    for path in sorted((ROOT / "ptcards").rglob("*.py")):
        place = str(path.relative_to(ROOT / "ptcards"))
        for one in chain(*map(_arguments, ast.walk(ast.parse(path.read_text())))):
            found.add(str(one.value), locations=[(place, one.lineno)])
    sections = tomllib.loads((ROOT / "ptcards" / "statistics" / "sections.toml").read_text(encoding="utf-8"))
    for section in sections.values():
        for words in (section["title"], " ".join(section["about"].split())):
            found.add(words, locations=[("statistics/sections.toml", 1)])
    schema = json.loads((ROOT / "decks" / "deck.schema.json").read_text(encoding="utf-8"))
    for words in _of_schema(schema):
        found.add(words, locations=[("deck.schema.json", 1)])
    return found


def _of_schema(schema: Any) -> Iterator[str]:
    """What a text must be like, and what a key is for that may not be missing."""
    if isinstance(schema, dict):
        keys = schema.get("properties", {})
        needed = (keys.get(key, {}).get("description") for key in schema.get("required", ()))
        yield from filter(None, (*needed, schema.get("patternErrorMessage")))
        schema = [*schema.values()]
    for one in schema if isinstance(schema, list) else ():
        yield from _of_schema(one)


def _arguments(node: ast.AST) -> Iterator[ast.Constant]:
    """The texts that a call marks: its argument, either of two that a condition decides between; names of counts."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("counts"):
        yield from (
            one for one in (node.slice,) if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
        waiting = node.args[MARKS[node.func.id] :][:1]
        while waiting:
            one = waiting.pop(0)
            waiting += [one.body, one.orelse] if isinstance(one, ast.IfExp) else []
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
                yield one


def compiled(words: Catalog) -> bytes:
    write_mo(out := BytesIO(), words)
    return out.getvalue()


def unmarked(path: Path) -> Iterator[tuple[int, str]]:
    """Strings that look like words for people and are not marked, with their lines."""
    tree = ast.parse(path.read_text())
    known: set[int] = set()
    for node in ast.walk(tree):
        known |= set(map(id, _arguments(node)))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            known.add(id(node.value))  # a docstring
        for name in ("format_spec", "annotation", "returns"):
            if part := getattr(node, name, None):
                known |= set(map(id, ast.walk(part)))
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in known else None
        if (
            isinstance(node, ast.Constant)
            and isinstance(text, str)
            and _WORDS.search(text)
            and not _STYLE.match(text)
        ):
            yield node.lineno, text


def main() -> None:
    for folder in sorted(LOCALE.iterdir()):
        path, words = catalogue(folder.name)
        words.update(marked(), no_fuzzy_matching=True, update_creation_date=False)
        words.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, words, width=110, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
        path.with_suffix(".mo").write_bytes(compiled(words))
        missing = [one.id for one in words if one.id and not one.string]
        head = f"{path.relative_to(ROOT)}: {len(words)} words, {len(missing)} without a translation"
        sys.stdout.write("\n  ".join([head, *map(str, missing)]) + "\n")


if __name__ == "__main__":
    main()
