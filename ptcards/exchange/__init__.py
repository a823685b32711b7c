"""Decks and progress in and out: readers, writers, merge."""
