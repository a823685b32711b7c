"""The old names of what attempt holds; goes with its last caller."""

from ptcards.study.attempt import LABELS, Evidence, grade_event

__all__ = ["LABELS", "Evidence", "grade_event"]
