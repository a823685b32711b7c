"""The app's words: each is marked, each has a translation with the same values in it, each is compiled."""

import string
from pathlib import Path

import pytest

from ptcards.runner.interpreter import EXTRA, VERSION
from ptcards.runner.libraries import HELP
from ptcards.runner.trial import DUMMY
from ptcards.store.connection import NETWORK
from tests.language.words import LOCALE, ROOT, catalogue, compiled, marked, unmarked

ROOMS = ("scheduling", "statistics", "study", "tui")
FILES = """\
checking/check cli/notebook cli/plain cli/watch deck/nodes deck/reading errors exchange/anki_in exchange/anki_templates
exchange/importing exchange/incoming exchange/origin exchange/tables runner/failures runner/helpers
runner/interpreter runner/libraries runner/lookup runner/pictures runner/server runner/trial store/connection store/library
store/log store/store
"""
"""Where every word for people is marked: whole rooms, and files of rooms that also speak to authors and scripts."""
PRODUCT = ROOT / "ptcards"
MARKED = [file for room in ROOMS for file in sorted((PRODUCT / room).rglob("*.py"))]
MARKED += [PRODUCT / f"{file}.py" for file in FILES.split()]
NO_WORDS = {
    "Result", "Done", "Row", "AnyScreen", "DeskScreen[Any]", "Starter[AnyScreen, P]", "Iterable[SystemCommand]",
    "ptcards.tui.screens.", "app.", "Enter", "Esc", "Space", "Tab", "PgUp", "PgDn",
    "check onward hint show look_up try steps flip external retry restart_answer interrupt letters",
    "info edit_card leech dispute put_off drop mark", "undo redo open scroll leave",
    "keyword keyword.function keyword.return keyword.operator conditional repeat include exception",
    "number float boolean constant.builtin", "function function.builtin type.builtin", "torch.",
    "AnswerEditor", "CardField", "DeckLine", "ProofLine", "GradeBar", "InputLine", "PathInput", "Line", "List", "Editor", "Here", "Any",
    "new line", "indent less", "look at it", "Enter ", "Tab ", "Esc ",
    "ptcards export --format yaml --deck ", "ptcards backup",
    "ptcards cards is:leech", "ptcards cards 'prop:ease<=1.3'",
    "Store", "\n# cut here: ", " bytes in all",
    "built-in deck removed", "deck {} renamed", "origin of {}",
    "socket urllib http requests", "subprocess multiprocessing", "time datetime",
    "preamble of every card", " MB of memory", "given up", "lambda left, right: left == right",
    "lambda value: value", "self.", "Hello", "None", "Size",
    "can't allocate memory|not enough memory|bad_alloc|Insufficient memory|Failed to allocate",
    "maxlist maxtuple maxdict maxset maxfrozenset maxdeque", "Counter", "OrderedDict", "Tensor", " (pip install '", "pip install",
    DUMMY["preamble"], DUMMY["check"], NETWORK, "(?:See|version of|Alias (?:of|for))\\s+:\\w+:`~?([\\w.]+)",
    # What linters and editors read in a file.
    "# isort: skip_file\n# flake8: noqa: B018, E402, E501, F401\n# pyright: reportUnusedExpression=false\n",
    r"((?<!\S)(?:vim?|Vim|ex)(?:[<=>]?\d+)?|(?i:Local Variables)):|-\*-", "Scratch",
    # Said to authors.
    "a list, set or dict that is written out", "a function or generator", ": assert on ", " is always true",
    " (take the parentheses away)", "a case is a tuple of arguments, or a call(...), not ",
    "agree was given no cases", "given binds no ", "no process for an answer could be started", *HELP.values(),
    " is not installed", " is too old: answers need 2.0 or newer",
    "core.hooksPath=/dev/null maintenance.auto=false fetch.unpackLimit=1 core.bigFileThreshold=8m",
    'ulimit -f "$0"; exec git "$@"', "find remote ref", "too large", "\n\\ No newline at end of file\n",
    "question/front/text, solution/answer/back/back extra, tags/tag, guid/id, deck, hint/hints, "
    "explanation/extra, check, given, accepts, starter, source, notetype/note type",
    "Basic", "Default", "field larger", "if matches", "match scope", "display: none", "visibility: hidden",
    "\\g<0><span hidden>", "FrontSide", "Tags", "Deck", "Subdeck", "Type", "Card", "CardFlag",
    "col notes cards revlog notetypes fields templates decks config sqlite_master",
    "ptcards import --replace ", "ptcards decks rename ", "ptcards new --draft {}", "(the back is empty)",
    # What the parsers of YAML and Python say.
    "found duplicate anchor", "found undefined", "expected a single", "mapping values",
    "found character that cannot start", "found unexpected end of stream", "SyntaxError", "IndentationError",
    "TabError", "Python", "True", "False", "vary.",
    # Said to authors by commands alone.
    "For the deck's author: git apply {file}",
    ": from no repository; a changed file is read at each start", " is gone: ptcards decks update ",
    " came from no repository: there is nothing to compare it with", " brings the author's again",
    " is as its author has it: there is nothing to send", "Corrections to ", ", corrections to ",
    "datetime.",
    VERSION, *EXTRA.values(), " -m pip install ", "uv pip install --python ", "conda install -p ", "pip install '", "my answer is right", "Kind", "Role", "StoredDeck", "Translation | None", "Desk",
}  # fmt: skip
"""What looks like words for people and is none."""
ISSUE = {
    "Question", "Given", "Check", "Solution", "An answer that should count", "Reason: ", "(not kept)",
    "No answer to this card is disputed; `!` in a review does that.", ": the card looks wrong",
    "(none: compared with the solution)",
}  # fmt: skip
"""The text that goes to a card's author stays in English."""


def values_in(words: str) -> list[str]:
    return sorted((name or "") for _, name, _, _ in string.Formatter().parse(words) if name is not None)


@pytest.mark.parametrize("path", MARKED, ids=lambda path: str(path.relative_to(PRODUCT)))
def test_every_word_for_people_is_marked_for_translation(path: Path) -> None:
    allowed = NO_WORDS | ISSUE if path.name == "actions.py" else NO_WORDS
    assert [(line, words) for line, words in unmarked(path) if words not in allowed] == []


@pytest.mark.parametrize("language", [folder.name for folder in LOCALE.iterdir()])
def test_a_catalogue_has_every_word_with_the_values_that_belong_in_it(language: str) -> None:
    path, words = catalogue(language)
    known, wanted = {one.id: one for one in words if one.id}, {one.id for one in marked() if one.id}
    assert sorted(wanted - known.keys()) == [], "run `make words`"
    assert sorted(known.keys() - wanted) == [], "run `make words`"
    assert [one.id for one in known.values() if not one.string or one.fuzzy] == []
    # A translation may put `{}` in another order by numbers: {1} before {0}.
    for one in known.values():
        here, there = values_in(str(one.id)), values_in(str(one.string))
        assert len(here) == len(there), one.id
        assert not here or str(one.string).format(
            *[0.5] * len(here), **dict.fromkeys(filter(None, here), 0.5)
        )
    assert path.with_suffix(".mo").read_bytes() == compiled(words), "run `make words`"
