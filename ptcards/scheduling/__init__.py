"""When a card comes back: SM-2, study days, the queue, and the fold over a card's events. Pure."""
