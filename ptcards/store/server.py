"""A learner's place on a PostgreSQL: a URL, and the schema of that name."""

import os
import re
import zlib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ptcards import paths
from ptcards.errors import UsageError
from ptcards.language import _, later

_LEARNER = re.compile(r"(?!pg_|(public|none|information_schema)$)[a-z][a-z0-9_]{0,62}")
"""But for what PostgreSQL keeps for itself."""
_NO_LEARNER = later("{!r} is no name for a learner: up to 63 of a-z, 0-9 and _, a letter first (alice)")


class Server(NamedTuple):
    """Where a learner's log is on a server. What is shown of it never has the password."""

    url: str  # SQLAlchemy's, without the learner; may hold a password
    learner: str  # The name of the schema

    def __repr__(self) -> str:
        return f"Server({self})"

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        named = dict(parse_qsl(parts.query))
        host = parts.hostname or named.get("host") or os.environ.get("PGHOST") or "localhost"
        port = f":{parts.port}" if parts.port else ""
        return f"{self.learner} at {host}{port}{parts.path.rstrip('/')}"

    @property
    def address(self) -> str:
        """The URL as `where` takes it, with a password that it has: for the environment of a process."""
        learner = urlencode({"learner": self.learner})
        return f"{self.url}{'&' if urlsplit(self.url).query else '?'}{learner}"

    @property
    def copy(self) -> Path:
        """The file with a copy of this log, which `--offline` works on."""
        return paths.copy_of(self.learner, zlib.crc32(str(self).encode()))


Where = Path | Server
"""A learner's database: a file of SQLite's, or a place on a server."""


def checked(learner: str) -> str:
    """The name of a learner; UsageError where it cannot be one's."""
    if not _LEARNER.fullmatch(learner):
        raise UsageError(_(_NO_LEARNER, learner))
    return learner


def _user() -> str:
    # As getpass says it, which takes a prompt longer to load.
    return os.environ.get("LOGNAME") or os.environ.get("USER") or ""


def where(named: Path | str) -> Where:
    """What is meant by a path or a URL (`postgresql://alice@db.example.org/school?learner=alice`).

    Without `learner` it is the user of the URL, without that the user of this machine. UsageError for a URL
    of another kind, or a name that is no learner.
    """
    if isinstance(named, Path) or "://" not in named:
        return Path(named)
    try:
        parts = urlsplit(named)
    except ValueError:
        why = _("the address of the server is none; signs in a password are written as %XX")
        raise UsageError(why) from None
    if parts.scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise UsageError(
            _(
                "{}://: no such database is known; name a file, or postgresql://USER@HOST/NAME?learner=USER",
                parts.scheme,
            )
        )
    try:
        query, _port = parse_qsl(parts.query, keep_blank_values=True), parts.port
    except ValueError:
        raise UsageError(_("the port in the address of the server is no number")) from None
    learner = checked(dict(query).get("learner") or parts.username or _user())
    others = urlencode([(name, value) for name, value in query if name != "learner"], safe="/")
    return Server(urlunsplit(("postgresql+psycopg", *parts[1:3], others, "")), learner)
