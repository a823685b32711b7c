"""Other keys for actions, from the settings."""

from __future__ import annotations

import pkgutil
import re
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
from ptcards.tui.keys import ACTIONS, check_keymap, clashes
from ptcards.tui.screens.home import HomeScreen

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


def bindings_of(package: ModuleType) -> Iterator[Binding]:
    for found in pkgutil.iter_modules(package.__path__):
        for thing in vars(import_module(f"{package.__name__}.{found.name}")).values():
            if isinstance(thing, type) and thing.__module__.startswith("ptcards."):
                yield from (one for one in vars(thing).get("BINDINGS", ()) if isinstance(one, Binding))


def test_the_actions_that_settings_may_name_are_those_of_all_screens_and_widgets() -> None:
    bindings = [*bindings_of(screens), *bindings_of(tui)]
    assert {one.id for one in bindings if one.id} == set(ACTIONS)


def test_an_unknown_action_is_reported_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="'undoo' is no action; did you mean 'undo'") as caught:
        check_keymap({"undoo": "z", "hint": "z", "zzz": "z"})
    assert "'zzz' is no action; there are " in str(caught.value)


@pytest.mark.parametrize(
    "key",
    ["z", "Z", "-", "+", "ä", "ctrl+z", "f6", "space", "question_mark", "ctrl+shift+left", "alt+x", "z, f6"],
)
def test_keys_may_be_named_as_the_framework_does_or_by_their_sign(key: str) -> None:
    check_keymap({"undo": key})


@pytest.mark.parametrize(
    ("key", "near"),
    [("Ctrl-Z", "ctrl+z"), ("F6", "f6"), ("spcae", "space"), ("question-mark", "question_mark")],
)
def test_a_key_that_no_keyboard_has_is_reported_with_the_nearest(key: str, near: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"undo = {key!r} is no key; did you mean {near!r}")):
        check_keymap({"undo": key})


def test_a_key_that_leads_to_two_things_on_one_screen_is_named() -> None:
    bindings = [one for one in HomeScreen.BINDINGS if isinstance(one, Binding)]
    assert list(clashes(bindings, {"undo": "q"})) == [
        "config.toml: [keys] undo = 'q' is the key of 'undo' and 'quit'"
    ]
    assert not list(clashes(bindings, {"undo": "q", "quit": "u"}))


async def test_a_screen_says_which_of_its_keys_lead_to_two_things(table: Opener) -> None:
    async with table(config=Config(keys={"undo": "q"})) as at:
        assert "undo = 'q' is the key of 'undo' and 'quit'" in at.text
