"""Where in its file each part of a deck stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ptcards.deck.nodes import Findings

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Sources:
    """Lines of a deck file by card and field; fields are named as in `check`, `also[1]`, `wrong[0].code`."""

    def __init__(self, findings: Findings, root: Node, cards: Mapping[str, Node]) -> None:
        self._findings = findings
        self._root = root
        self._cards = cards

    def where(self, card_id: str, field: str = "", line: int = 1) -> int:
        """The file's line (from 1) of a line (from 1) of a field, or of the nearest thing there is.

        `card_id` "" means the deck's own keys, `field` "" the card itself. Only a text after `|` keeps its
        lines; of any other the line it starts on is given.
        """
        node: Node = self._cards.get(card_id, self._root) if card_id else self._root
        for name, number in _STEP.findall(field):
            below = _below(node, name, int(number or 0))
            if below is None:
                return self._findings.line(node)
            node = below
        start = self._findings.line(node)
        return start + max(line, 1) if isinstance(node, ScalarNode) and node.style == "|" and field else start


def _below(node: Node, name: str, number: int) -> Node | None:
    if name and isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    if not name and isinstance(node, SequenceNode) and number < len(node.value):
        item: Node = node.value[number]
        return item
    return None
