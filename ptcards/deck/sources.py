"""Where in its file each part of a deck stands."""

from __future__ import annotations


class Sources:
    """Lines of a deck file by card and field; fields are named as in `check`, `also[1]`, `wrong[0].code`."""

    def where(self, card_id: str, field: str = "", line: int = 1) -> int:
        """The file's line (from 1) of a line (from 1) of a field; the nearest thing known where there is none.

        `card_id` "" means the deck's own keys; `field` "" the card itself.
        """
        raise NotImplementedError
