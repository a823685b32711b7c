"""The old names of what desk holds; goes with its last caller."""

from ptcards.study.desk import Clock, Drawn
from ptcards.study.desk import Desk as Workspace

__all__ = ["Clock", "Drawn", "Workspace"]
