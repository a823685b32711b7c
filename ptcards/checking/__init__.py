"""`ptcards check`: lint, then run every answer of a deck."""
