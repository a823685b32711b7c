"""`config.toml`, read strictly and changed by one line."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ptcards.config import LEAST_RETENTION, MOST_RETENTION, Config
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.paths import replacing
from ptcards.text import SLUG


def read_config(path: Path) -> Config:
    """Read `config.toml`; a missing file gives the defaults, a UsageError names all that is wrong in one."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    if wrong := [f"{path}: {line}" for line in _problems(raw, _GENERAL | _TABLES)]:
        raise UsageError("\n".join(wrong))
    return Config(**raw)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 9999  # noqa: PLR2004 - as the message says


def _is_retention(value: Any) -> bool:
    return type(value) is float and LEAST_RETENTION <= value <= MOST_RETENTION


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


_Known = dict[str, tuple[Callable[[Any], bool], str]]
LIMITS: _Known = {
    "new_per_day": (_is_count, later("a whole number from 0 to 9999")),
    "reviews_per_day": (_is_count, later("a whole number from 0 to 9999 (leave it out for no limit)")),
    "new_order": (lambda value: value in ("deck", "random"), later('"deck" or "random"')),
    "scheduler": (lambda value: value in ("sm2", "fsrs"), later('"sm2" or "fsrs"')),
    "desired_retention": (_is_retention, later("a number from 0.7 to 0.99")),
}
_GENERAL: _Known = {
    **LIMITS,
    "day_starts_at": (lambda value: type(value) is int and value in range(24), "an hour from 0 to 23"),
    "grades": (lambda value: value in ("four", "sm2"), '"four" or "sm2"'),
    **dict.fromkeys(("fuzz", "trial"), (lambda value: isinstance(value, bool), "true or false")),
    "language": (_is_text, 'a language code such as "en" or "zh"'),
    "completion": (lambda value: isinstance(value, bool), "true or false"),
    "theme": (_is_text, "the name of a theme"),
    "sync": (_is_text, "a folder that your devices share: ptcards sync"),
    "sync_git": (lambda value: isinstance(value, bool), "true or false: the folder is a git checkout"),
}
_TABLES: _Known = {
    "decks": (lambda value: isinstance(value, dict), "tables, one a deck: [decks.SLUG]"),
    "keys": (lambda value: isinstance(value, dict), "a table of actions and their keys"),
    "runner": (lambda value: isinstance(value, dict), "a table: [runner]"),
}


def _problems(raw: dict[str, Any], known: _Known, where: str = "") -> Iterator[str]:
    """What is wrong with settings, or with a table of some."""
    for key, value in raw.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else f"; known are {', '.join(sorted(known))}"
            yield f"{where}unknown setting {key!r}{hint}"
        elif not known[key][0](value):
            yield _("{}{} = {!r}: {} is expected", where, key, value, _(known[key][1]))
        elif key == "decks":
            for slug, table in value.items():
                if not SLUG.fullmatch(slug):
                    yield f"[decks.{slug}]: not the slug of a deck"
                elif not isinstance(table, dict):
                    yield f"decks.{slug}: a table is expected: [decks.{slug}]"
                else:
                    yield from _problems(table, LIMITS, f"[decks.{slug}] ")
        elif key == "runner":
            yield from _problems(value, {"python": (_is_text, "the path of a Python")}, "[runner] ")
        elif key == "keys":
            wrong = ((action, own) for action, own in value.items() if not _is_text(own))
            yield from (f"[keys] {action} = {own!r}: the name of a key is expected" for action, own in wrong)


def as_toml(config: Config) -> str:
    """The settings as a `config.toml` that reads back to the same, each with what it may be."""
    lines = [f"{_setting(name, getattr(config, name))}  # {form}" for name, (_, form) in _GENERAL.items()]
    lines += ["", "[keys]  # other keys for actions, as in: undo = 'z'"]
    lines += [_setting(action, key) for action, key in config.keys.items()]
    lines += ["", "[runner]  # the Python of answers", _setting("python", config.runner.get("python"))]
    lines += ["", "# [decks.SLUG]  a deck's own " + ", ".join(LIMITS)]
    for slug, deck in config.decks.items():
        lines.append(f"[decks.{json.dumps(slug)}]")
        lines += [_setting(name, deck.get(name)) for name in LIMITS]
    return "\n".join(lines)


def _setting(name: str, value: object) -> str:
    # A string of JSON and a basic string of TOML are written alike, and so are whole numbers, true and false.
    return f"# {name} =" if value is None else f"{name} = {json.dumps(value)}"


def remember(path: Path, name: str, text: str, deck: str = "") -> Config:
    """Set a setting in `config.toml`, of `deck` if that is named, or with "" take it out; gives them all.

    Every other line and every comment stays as it is. UsageError where it cannot be so, or not be written.
    """
    value: int | float | str = int(text) if name in LIMITS and text.isdecimal() else text
    if name == "desired_retention":
        with suppress(ValueError):
            value = float(text)
    for wrong in _problems({name: value} if text else {}, _GENERAL):
        raise UsageError(wrong)
    read_config(path)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    lines, wanted = before.removesuffix("\n").split("\n") if before else [], tomllib.loads(before)
    tables, start = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")], 0
    if deck:
        header = re.compile(rf"""\s*\[\s*decks\s*\.\s*["']?{re.escape(deck)}["']?\s*\]""")
        if not (start := next((number + 1 for number in tables if header.match(lines[number])), 0)):
            lines += ["", f"[decks.{json.dumps(deck)}]"]
            start = len(lines)
    end = min((number for number in tables if number >= start), default=len(lines))
    setting = re.compile(rf"\s*{re.escape(name)}\s*=[^#]*?(\s*#.*)?")
    found = ((number, setting.fullmatch(lines[number])) for number in range(start, end))
    at, old = next(((number, one) for number, one in found if one), (start, None))
    line = (_setting(name, value) if text else "") + ((old and old[1]) or "")
    lines[at : at + (old is not None)] = [line.lstrip()] if line else []
    table = wanted.setdefault("decks", {}).setdefault(deck, {}) if deck else wanted
    table.pop(name, None)
    table |= {name: value} if text else {}
    with suppress(tomllib.TOMLDecodeError):
        if tomllib.loads(after := "\n".join([*lines, ""])) == wanted:
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with replacing(path) as part:
                    part.write_text(after, encoding="utf-8")
            except OSError as error:
                raise UsageError(_("{}: cannot be written: {}", path, error.strerror)) from None
            return read_config(path)
    raise UsageError(_("{}: the line of {} is not a plain one: change it with an editor", path, name))
