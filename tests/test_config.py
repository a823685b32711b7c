"""`config.toml`: read strictly, changed in one line."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.cli.settings import as_toml, read_config, remember
from ptcards.config import Config
from ptcards.errors import UsageError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "config.toml"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_no_file_gives_the_defaults(file: Path) -> None:
    assert read_config(file) == Config()


def test_every_setting_is_read(file: Path) -> None:
    text = (
        "new_per_day = 3\nreviews_per_day = 40\nday_starts_at = 5\ngrades = 'sm2'\nfuzz = true\n"
        "language = 'zh'\ntheme = 'nord'\n[keys]\nundo = 'z'\n[decks.mine]\nnew_per_day = 0\n"
    )
    assert read_config(write(file, text)) == Config(
        new_per_day=3,
        reviews_per_day=40,
        day_starts_at=5,
        grades="sm2",
        fuzz=True,
        language="zh",
        theme="nord",
        keys={"undo": "z"},
        decks={"mine": {"new_per_day": 0}},
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("new_per_dya = 3", "unknown setting 'new_per_dya' (did you mean 'new_per_day'?)"),
        ("new_per_day = -1", "new_per_day = -1: a whole number"),
        ("new_per_day = true", "a whole number"),
        ("day_starts_at = 24", "an hour from 0 to 23"),
        ("grades = 'five'", '"four" or "sm2"'),
        ("[decks.mine]\nnew = 3", "[decks.mine] unknown setting 'new'"),
        ("[decks.'My Deck']\nnew_per_day = 3", "not the slug of a deck"),
        ("keys = 3", "a table of actions"),
        ("a = = 3", "not TOML"),
    ],
)
def test_a_mistake_is_named(file: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_config(write(file, text))
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


def test_all_mistakes_are_named_at_once(file: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_config(write(file, "a = 1\nfuzz = 'yes'\n[decks.x]\nb = 2\n"))
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# mine\nnew_per_day = 3\n",
        "theme = 'nord'\nnew_per_day = 3\n",
        "[keys]\ntheme = 'x'\n",
        "theme='a' # b",
    ],
)
def test_a_theme_is_remembered_and_the_rest_stays(file: Path, before: str) -> None:
    write(file, before)
    remember(file, "theme", "gruvbox")
    after = tomllib.loads(file.read_text())
    assert after == tomllib.loads(before) | {"theme": "gruvbox"}


def test_a_theme_is_remembered_where_there_was_no_file(file: Path) -> None:
    remember(file, "theme", "gruvbox")
    assert read_config(file).theme == "gruvbox"


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        Config(
            new_per_day=3,
            reviews_per_day=40,
            fuzz=True,
            keys={"undo": "z"},
            decks={"my.own": {"new_per_day": 0}, "mine": {"reviews_per_day": 7}},
        ),
    ],
)
def test_settings_that_are_shown_can_be_copied_into_the_file(file: Path, config: Config) -> None:
    assert read_config(write(file, as_toml(config))) == config


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
