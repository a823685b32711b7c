"""Numbers over the history; pure."""
