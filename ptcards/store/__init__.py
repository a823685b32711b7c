"""What is remembered: the tables, the log, and the only queries there are."""
