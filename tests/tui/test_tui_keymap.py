"""Other keys for actions, from the settings."""

from __future__ import annotations

import re

import pytest

from ptcards.errors import ConfigError
from ptcards.tui.keys import check_keymap


@pytest.mark.parametrize("action", ["undo", "check", "hint", "bury", "review", "statistics"])
def test_the_actions_of_screens_and_widgets_are_known(action: str) -> None:
    check_keymap({action: "z"})


def test_an_unknown_action_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="'undoo' is no action; did you mean 'undo'") as caught:
        check_keymap({"undoo": "z", "hint": "z", "zzz": "z"})
    assert "'zzz' is no action; there are " in str(caught.value)


@pytest.mark.parametrize(
    "key",
    ["z", "Z", "-", "+", "ä", "ctrl+z", "f6", "space", "question_mark", "ctrl+shift+left", "alt+x", "z, f6"],
)
def test_keys_may_be_named_as_the_framework_does_or_by_their_sign(key: str) -> None:
    told = ""
    try:
        check_keymap({"undo": key})
    except ConfigError as error:
        told = str(error)
    assert "is no key" not in told
    assert all("is the key of" in line for line in told.splitlines())


@pytest.mark.parametrize(
    ("key", "near"),
    [("Ctrl-Z", "ctrl+z"), ("F6", "f6"), ("spcae", "space"), ("question-mark", "question_mark")],
)
def test_a_key_that_no_keyboard_has_is_told_with_the_nearest(key: str, near: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(f"undo = {key!r} is no key; did you mean {near!r}")):
        check_keymap({"undo": key})


def test_a_key_that_leads_to_two_things_on_one_screen_is_told() -> None:
    with pytest.raises(ConfigError) as caught:
        check_keymap({"undo": "q"})
    told = "config.toml: [keys] undo = 'q' is the key of 'quit' too; give it another"
    assert told in str(caught.value).splitlines()
    with pytest.raises(ConfigError, match="hint = 'f3' is the key of 'show' too"):
        check_keymap({"hint": "f3"})


def test_two_actions_may_change_places() -> None:
    check_keymap({"undo": "q", "quit": "u", "leave": "u"})
