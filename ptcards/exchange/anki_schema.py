"""What Anki's files look like: the tables of schema 11 and the facts that both directions share."""

from __future__ import annotations

from typing import Any

SCHEMA_VERSION = 11
FIELD_SEPARATOR = "\x1f"
TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
  ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL,
  models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
  usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL,
  flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL,
  due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL,
  lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL, odid integer NOT NULL,
  flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL,
  ease integer NOT NULL, ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL,
  time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""

NEW, LEARNING, REVIEW, RELEARNING = range(4)
"""Values of `cards.type`."""
QUEUE_SUSPENDED = -1
QUEUE_REVIEW = 2
REVLOG_LEARN, REVLOG_REVIEW, REVLOG_RELEARN, REVLOG_CRAM = range(4)
"""Values of `revlog.type`."""
DEFAULT_DECK = 1
NOTETYPE = 1_607_392_319_417
"""The note type's id: constant, so that every export means the same one."""

_CSS = (
    ".card { font-family: sans-serif; font-size: 18px; text-align: left; }\n"
    "pre, code { font-family: monospace; }\n"
    "pre { background: rgba(127, 127, 127, 0.15); padding: 0.6em; overflow-x: auto; }\n"
)


def notetype(mod: int) -> dict[str, Any]:
    """The note type of an exported card: two sides."""
    return {
        "id": NOTETYPE,
        "name": "ptcards",
        "type": 0,
        "mod": mod,
        "usn": -1,
        "sortf": 0,
        "did": None,
        "tmpls": [
            {
                "name": "Card 1",
                "ord": 0,
                "qfmt": "{{Front}}",
                "afmt": '{{FrontSide}}\n\n<hr id="answer">\n\n{{Back}}',
                "bqfmt": "",
                "bafmt": "",
                "did": None,
            }
        ],
        "flds": [_field("Front", 0), _field("Back", 1)],
        "css": _CSS,
        "latexPre": "",
        "latexPost": "",
        "latexsvg": False,
        "req": [[0, "any", [0]]],
        "tags": [],
        "vers": [],
    }


def _field(name: str, place: int) -> dict[str, Any]:
    return {
        "name": name,
        "ord": place,
        "font": "Arial",
        "size": 20,
        "sticky": False,
        "rtl": False,
        "media": [],
    }


def deck(deck_id: int, name: str, about: str, mod: int) -> dict[str, Any]:
    """A deck of Anki's."""
    return {
        "id": deck_id,
        "name": name,
        "desc": about,
        "mod": mod,
        "usn": -1,
        "conf": 1,
        "dyn": 0,
        "collapsed": False,
        "browserCollapsed": False,
        "extendNew": 0,
        "extendRev": 0,
        **{name: [0, 0] for name in ("newToday", "revToday", "lrnToday", "timeToday")},
    }


def deck_options(mod: int) -> dict[str, Any]:
    """The options that the exported decks point at: Anki's own defaults."""
    return {
        "id": 1,
        "name": "Default",
        "mod": mod,
        "usn": -1,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": False,
            "delays": [1.0, 10.0],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": 20,
        },
        "rev": {
            "bury": False,
            "ease4": 1.3,
            "ivlFct": 1.0,
            "maxIvl": 36500,
            "perDay": 200,
            "hardFactor": 1.2,
        },
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
    }
