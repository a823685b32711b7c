"""Other keys for actions, from the settings."""

from __future__ import annotations

import pytest

from ptcards.errors import ConfigError
from ptcards.tui.keymap import check_actions


@pytest.mark.parametrize("action", ["undo", "check", "hint", "bury", "review", "statistics"])
def test_the_actions_of_screens_and_widgets_are_known(action: str) -> None:
    check_actions([action])


def test_an_unknown_action_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="'undoo' is no action; did you mean 'undo'") as caught:
        check_actions(["undoo", "hint", "zzz"])
    assert "'zzz' is no action; there are " in str(caught.value)
