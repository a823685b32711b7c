"""A learner's place on a PostgreSQL: a URL, and the schema of that name."""

import os
import re
import zlib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from ptcards import paths
from ptcards.errors import UsageError
from ptcards.language import _, later

_LEARNER = re.compile(r"(?!pg_|(public|none|information_schema)$)[a-z][a-z0-9_]{0,62}")
"""But for what PostgreSQL keeps for itself."""
_HOST = re.compile(r"(\[[^]]*\]|[^][:]*)(:[0-9]{0,5})?")
_NO_LEARNER = later("{!r} is no name for a learner: up to 63 of a-z, 0-9 and _, a letter first (alice)")


class Server(NamedTuple):
    """Where a learner's log is on a server. What is shown of it never has the password."""

    url: str  # SQLAlchemy's, without the learner; may hold a password
    learner: str  # The name of the schema

    def __repr__(self) -> str:
        return f"Server({self})"

    def __str__(self) -> str:
        return f"{self.learner} at {self._place()}"

    def _place(self, *more: str) -> str:
        """The hosts with their ports, and the database; and what else is said of them."""
        parts = urlsplit(self.url)
        said = dict(parse_qsl(parts.query))

        def named(name: str, otherwise: str = "") -> str:
            return said.get(name) or os.environ.get(f"PG{name.upper()}") or otherwise

        hosts = parts.netloc.rpartition("@")[2]
        if not hosts or "host" in said:
            port = named("port")
            hosts = named("host", "localhost") + (f":{port}" if port else "")
        database = said.get("dbname") or parts.path.strip("/") or named("database")
        return " ".join((f"{hosts}/{database}".rstrip("/"), *filter(None, map(named, more))))

    @property
    def address(self) -> str:
        """The URL as `where` takes it, with a password that it has: for the environment of a process."""
        learner = urlencode({"learner": self.learner})
        return f"{self.url}{'&' if urlsplit(self.url).query else '?'}{learner}"

    @property
    def copy(self) -> Path:
        """The file with a copy of this log, which `--offline` works on."""
        # Two servers never share one: what was done on one would come to the other.
        place = f"{self.learner} at {self._place('hostaddr', 'service')}"
        return paths.copy_of(self.learner, zlib.crc32(place.encode()))


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
    why = UsageError(_("the address of the server is none; signs in a password are written as %XX"))
    try:
        parts = urlsplit(named)
        named.encode()
    except ValueError:
        raise why from None
    if parts.scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise UsageError(
            _(
                "{}://: no such database is known; name a file, or postgresql://USER@HOST/NAME?learner=USER",
                parts.scheme,
            )
        )
    query = parse_qsl(parts.query, keep_blank_values=True)
    user, _at, hosts = parts.netloc.rpartition("@")
    # What libpq or we would take for a host, a port or a database may be the end of a password.
    if "@" in f"{user}{parts.path}{''.join(dict(query))}" or parts.fragment:
        raise why
    if not all(map(_HOST.fullmatch, hosts.split(","))):
        raise UsageError(_("the port in the address of the server is no number"))
    user = unquote(user.partition(":")[0])
    learner = checked(dict(query).get("learner") or user or dict(query).get("user") or _user())
    others = urlencode([(name, value) for name, value in query if name != "learner"], safe="/")
    return Server(urlunsplit(("postgresql+psycopg", *parts[1:3], others, "")), learner)
