"""The old names of what attempt holds; goes with its last caller."""

from ptcards.study.attempt import LABELS

__all__ = ["LABELS"]
