"""`config.toml`: read strictly, changed in one line."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.cli.settings import as_toml, read_config, remember
from ptcards.config import Config
from ptcards.errors import UsageError

FULL = """\
new_per_day = 3
reviews_per_day = 40
new_order = "random"
day_starts_at = 5
grades = 'sm2'
scheduler = "fsrs"
desired_retention = 0.85
trial = true
fuzz = true
language = 'zh'
theme = 'nord'
[keys]
undo = 'z'
[runner]
python = "/opt/torch/bin/python"
[decks.mine]
new_per_day = 0
new_order = "deck"
desired_retention = 0.8
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / "config.toml"


def test_every_setting_is_read_and_no_file_gives_the_defaults(file: Path) -> None:
    assert read_config(file) == Config()
    file.write_text(FULL)
    decks = {"mine": {"new_per_day": 0, "new_order": "deck", "desired_retention": 0.8}}
    plain = Config(3, 40, "random", 5, "sm2", "fsrs", 0.85, True, True, "zh", "nord", {"undo": "z"}, decks)
    assert read_config(file) == plain._replace(runner={"python": "/opt/torch/bin/python"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("new_per_dya = 3", "unknown setting 'new_per_dya' (did you mean 'new_per_day'?)"),
        ("new_per_day = -1", "new_per_day = -1: a whole number"),
        ("new_per_day = true", "a whole number"),
        ("day_starts_at = 24", "an hour from 0 to 23"),
        ("grades = 'five'", '"four" or "sm2"'),
        ("scheduler = 'fsrs7'", '"sm2" or "fsrs"'),
        ("desired_retention = 1.0", "a number from 0.7 to 0.99"),
        ("[decks.mine]\ndesired_retention = 0", "[decks.mine] desired_retention = 0: a number"),
        ("[decks.mine]\nnew = 3", "[decks.mine] unknown setting 'new'"),
        ("[decks.'My Deck']\nnew_per_day = 3", "not the slug of a deck"),
        ("keys = 3", "a table of actions"),
        ("[runner]\npyton = 'x'", "[runner] unknown setting 'pyton' (did you mean 'python'?)"),
        ("a = = 3", "not TOML"),
    ],
)
def test_a_mistake_is_named(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageError, match=re.escape(says)) as caught:
        read_config(file)
    assert str(file) in str(caught.value)


def test_all_mistakes_are_named_at_once(file: Path) -> None:
    file.write_text("a = 1\nfuzz = 'yes'\n[decks.x]\nb = 2\n")
    with pytest.raises(UsageError) as caught:
        read_config(file)
    assert len(str(caught.value).splitlines()) == 3


MINE = (
    "# mine\nnew_per_day = 3  # till May\n\n[decks.mine]  # long\n# few\nnew_per_day=2\n[keys]\nundo = 'z'\n"
)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("", ("theme", "nord"), 'theme = "nord"\n'),
        ("# mine\nfuzz = true", ("theme", "nord"), 'theme = "nord"\n# mine\nfuzz = true\n'),
        ("[keys]\ntheme = 'x'\n", ("theme", "nord"), "theme = \"nord\"\n[keys]\ntheme = 'x'\n"),
        ("theme='a' # b", ("theme", "nord"), 'theme = "nord" # b\n'),
        (MINE, ("new_per_day", "4"), MINE.replace("3 ", "4 ")),
        (MINE, ("new_per_day", ""), MINE.replace("new_per_day = 3  # till", "# till")),
        (MINE, ("new_per_day", "7", "mine"), MINE.replace("=2", " = 7")),
        (MINE, ("new_per_day", "", "mine"), MINE.replace("new_per_day=2\n", "")),
        (MINE, ("reviews_per_day", "9", "mine"), MINE.replace("# few", "reviews_per_day = 9\n# few")),
        (MINE, ("new_per_day", "0", "my.own"), MINE + '\n[decks."my.own"]\nnew_per_day = 0\n'),
    ],
)
def test_a_setting_is_changed_and_every_other_line_stays(
    file: Path, before: str, change: tuple[str, ...], after: str
) -> None:
    if before:
        file.write_text(before)
    else:
        file.parent.rmdir()
    assert remember(file, *change) == read_config(file)
    assert file.read_text() == after


@pytest.mark.parametrize(
    ("before", "change", "says"),
    [
        ("", ("new_per_day", "ten", "mine"), "new_per_day = 'ten': a whole number from 0 to 9999"),
        ("decks.mine = {new_per_day = 1}", ("new_per_day", "2", "mine"), "change it with an editor"),
        ("fuzz = 3", ("new_per_day", "2"), "fuzz = 3: true or false"),
    ],
)
def test_a_setting_that_cannot_be_changed_leaves_the_file_alone(
    file: Path, before: str, change: tuple[str, ...], says: str
) -> None:
    file.write_text(before)
    with pytest.raises(UsageError, match=says):
        remember(file, *change)
    assert file.read_text() == before


@pytest.mark.parametrize(
    "text", ["", FULL, "[decks.'my.own']\nnew_per_day = 0\n[decks.b]\nreviews_per_day = 7"]
)
def test_settings_that_are_shown_can_be_copied_into_the_file(file: Path, text: str) -> None:
    file.write_text(text)
    config = read_config(file)
    file.write_text(as_toml(config))
    assert read_config(file) == config


def test_everything_is_kept_where_the_platform_keeps_user_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PTCARDS_HOME", raising=False)
    for system, given, home in (
        ("linux", "/srv/data", "/srv/data"),
        ("linux", "relative", "~/.local/share"),
        ("linux", "", "~/.local/share"),
        ("darwin", "", "~/Library/Application Support"),
    ):
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setenv("XDG_DATA_HOME", given)
        assert paths.home() == Path(home).expanduser() / "ptcards"
