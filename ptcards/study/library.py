"""The old names of what desk and decks holds; goes with its last caller."""

from ptcards.study.decks import deck_content, read_file
from ptcards.study.desk import Now as Present
from ptcards.study.desk import deck_of, is_built_in, whole_deck

__all__ = ["Present", "deck_content", "deck_of", "is_built_in", "read_file", "whole_deck"]
