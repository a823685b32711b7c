"""The use cases, each module of them loaded when a command first uses it: Tab and `--help` wait for none."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ptcards.study import actions, cards, comparing, decks, drafts, scheduler, trust
else:

    def __getattr__(name: str) -> Any:
        return import_module(f"ptcards.study.{name}")


__all__ = ["actions", "cards", "comparing", "decks", "drafts", "scheduler", "trust"]
