"""The old names of what desk holds; goes with its last caller."""

from ptcards.study.desk import job_for

__all__ = ["job_for"]
