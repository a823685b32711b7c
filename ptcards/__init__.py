"""Spaced repetition in the terminal, with answers that are run."""
