"""The old names of what decks holds; goes with its last caller."""

from ptcards.study.decks import take_in

__all__ = ["take_in"]
