"""The session and its use cases: where deck, scheduling, runner and store meet."""
