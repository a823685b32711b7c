"""Held keys, keys typed too early, and other keys for actions from the settings."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from textual.binding import Binding

from ptcards import tui
from ptcards.config import Config
from ptcards.errors import UsageError
from ptcards.tui import screens
from ptcards.tui.bars import ACTIONS, KeyGuard, check_keymap, clashes
from ptcards.tui.screens.home import HomeScreen
from tests.tui.conftest import Stopwatch

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


@pytest.mark.parametrize(
    ("presses", "held"),
    [
        ([("enter", 0), ("enter", 0.5)], [False, True]),
        ([("3", 0.03)] * 50, [False, *[True] * 49]),
        ([("3", 0), ("u", 0.1), ("3", 0.1)], [False, False, False]),
        ([("3", 0), ("3", 0.81)], [False, False]),
    ],
)
def test_the_same_key_again_at_once_is_a_held_key_however_long_it_repeats(
    presses: list[tuple[str, float]], held: list[bool]
) -> None:
    guard, found = KeyGuard(watch := Stopwatch()), []
    for key, pause in presses:
        watch.now += pause
        guard.saw(key)
        found.append(guard.held)
    assert found == held


def test_a_verdict_settles_three_tenths_of_a_second_after_it_is_seen() -> None:
    guard = KeyGuard(watch := Stopwatch())
    assert not guard.settling
    guard.verdict_coming()
    found = []
    for pause in (5, 0, 0.29, 0.02):
        watch.now += pause
        found.append(guard.settling)
        if not pause:
            guard.verdict_shown()
    assert found == [True, True, True, False]


def bindings_of(package: ModuleType) -> Iterator[Binding]:
    for found in pkgutil.iter_modules(package.__path__):
        for thing in vars(import_module(f"{package.__name__}.{found.name}")).values():
            if isinstance(thing, type) and thing.__module__.startswith("ptcards."):
                yield from (one for one in vars(thing).get("BINDINGS", ()) if isinstance(one, Binding))


def test_the_actions_that_settings_may_name_are_those_of_all_screens_and_widgets() -> None:
    bindings = [*bindings_of(screens), *bindings_of(tui)]
    assert {one.id for one in bindings if one.id} == set(ACTIONS)


def test_keys_are_named_as_by_the_framework_or_by_their_sign_and_others_reported_with_the_nearest() -> None:
    for key in "z Z - + ä ctrl+z f6 space question_mark ctrl+shift+left alt+x".split():  # noqa: SIM905
        check_keymap({"undo": key})
    check_keymap({"undo": "z, f6"})
    keymap = {"undoo": "z", "hint": "z", "zzz": "z", "undo": "Ctrl-Z", "redo": "F6", "quit": "spcae"}
    with pytest.raises(UsageError) as caught:
        check_keymap(keymap | {"help": "question-mark"})
    first, second, *others = (
        one.removeprefix("config.toml: [keys] ") for one in str(caught.value).split("\n")
    )
    assert first == "'undoo' is no action; did you mean 'undo'?"
    assert second.startswith("'zzz' is no action; there are add, ahead, browse, ")
    assert others == [
        "undo = 'Ctrl-Z' is no key; did you mean 'ctrl+z'?",
        "redo = 'F6' is no key; did you mean 'f6'?",
        "quit = 'spcae' is no key; did you mean 'space'?",
        "help = 'question-mark' is no key; did you mean 'question_mark'?",
    ]


async def test_a_key_of_ones_own_is_used_and_shown_and_one_that_leads_to_two_things_is_named(
    table: Opener,
) -> None:
    said = "config.toml: [keys] undo = 'q' is the key of 'undo' and 'quit'"
    bindings = [one for one in HomeScreen.BINDINGS if isinstance(one, Binding)]
    assert list(clashes(bindings, {"undo": "q"})) == [said]
    assert not list(clashes(bindings, {"undo": "q", "quit": "u"}))
    async with table(config=Config(keys={"undo": "q", "browse": "f9"})) as at:
        assert "undo = 'q' is the key of 'undo' and 'quit'" in at.text
        assert "F9 browse" in at.text
        await at.press("f9")
        assert "Esc to the cards" in at.text
