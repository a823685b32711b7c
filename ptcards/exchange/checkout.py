"""A synced folder that is a git checkout: what others pushed comes in, what is new goes out, never forced."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath

from ptcards.errors import ExchangeError
from ptcards.exchange.origin import git_in
from ptcards.language import _

_TRIES = 3
"""How often it is tried to push where others push at the same time."""


class Checkout:
    """The checkout of a folder; ExchangeError where it is none, or git is not there."""

    def __init__(self, folder: Path, device: str) -> None:
        self._git = partial(git_in, str(folder), str(folder), lambda: None)
        self._folder, self._device = folder, device
        try:
            self._branch = self._ask("symbolic-ref", "--short", "HEAD")
        except ExchangeError as error:
            words = _("{}; `--git` wants a checkout there: git clone it, or git init", error)
            raise ExchangeError(words) from None
        self._remote = next(iter(self._ask("remote").split()), "")
        self._who = ["-c", "commit.gpgSign=false"]  # nobody is there to be asked
        try:
            self._ask("var", "GIT_COMMITTER_IDENT")
        except ExchangeError:
            self._who += ["-c", "user.name=ptcards", "-c", "user.email=ptcards@localhost"]

    def _ask(self, *command: str) -> str:
        return self._git(*command).decode(errors="replace").strip()

    def take(self, wrong: list[str]) -> Sequence[str]:
        """Fetch and merge; gives the decks that both sides changed, of which the folder has the others' now.

        What git refuses is added to `wrong`, and nothing was changed by it.
        """
        try:
            self._commit()
            return self._pull()
        except ExchangeError as error:
            wrong.append(str(error))
        return ()

    def give(self, device: str, wrong: list[str]) -> None:
        """Commit and push what is new here."""
        self._device = device
        try:
            self._commit()
            for again in range(_TRIES, 0, -1) if self._remote else ():
                try:
                    self._ask("push", "--quiet", self._remote, f"HEAD:refs/heads/{self._branch}")
                    return
                except ExchangeError:
                    # Somebody else pushed meanwhile: no file is theirs and ours.
                    if again == 1 or self._pull():
                        raise
        except ExchangeError as error:
            if str(error) not in wrong:
                wrong.append(str(error))

    def _commit(self) -> None:
        """What a sync wrote, and no other file, staged or not."""
        names = [one for one in (f"{self._device}.jsonl", "decks") if (self._folder / one).exists()]
        if not names:
            return
        self._ask("add", "--all", "--", *names)
        found = self._ask("diff", "--cached", "--name-only", "--relative", "-z", "--", *names)
        if changed := [name for name in found.split("\0") if name]:
            said = "--quiet", "--message", f"ptcards sync {self._device}"
            self._ask(*self._who, "commit", *said, "--", *changed)

    def _pull(self) -> list[str]:
        if not self._remote:
            return []
        self._ask("fetch", "--quiet", self._remote)
        theirs = f"refs/remotes/{self._remote}/{self._branch}"
        if not self._ask("for-each-ref", theirs):
            return []
        try:
            self._ask(*self._who, "merge", "--quiet", "--no-edit", theirs)
            return []
        except ExchangeError:
            names = self._ask("diff", "--name-only", "--diff-filter=U", "--relative", "-z").split("\0")
            both = [PurePosixPath(name) for name in names if name]
            ours = [one for one in both if one.suffix in {".jsonl", ".yaml"} and len(one.parts) <= 2]  # noqa: PLR2004
            if not both or ours != both:
                with suppress(ExchangeError):
                    self._ask("merge", "--abort")
                raise
        # The history is in the library, one's own deck file at its place: neither is lost.
        self._ask("checkout", "--theirs", "--", *map(str, both))
        self._ask("add", "--", *map(str, both))
        self._ask(*self._who, "commit", "--quiet", "--no-edit")
        return [one.name.split(".")[0] for one in both if one.parts[0] == "decks"]
