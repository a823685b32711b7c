"""The man page says what the help says, and `man` can draw it."""

import shutil
import subprocess

import pytest

from tests.cli.man import PAGE, page


def test_the_man_page_is_made_from_the_help_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.cli.man"


@pytest.mark.skipif(not shutil.which("man"), reason="no man on this machine")
def test_the_man_page_is_drawn_without_a_warning() -> None:
    command = ["env", "MANWIDTH=80", "LC_ALL=C.UTF-8", "man", "--warnings", "--local-file", str(PAGE)]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True)
    assert drawn.stderr == ""
    assert "ptcards completion [OPTIONS] {bash|zsh|fish}" in drawn.stdout
