"""The commands: thin, a file a group. Only click is imported before a command runs."""
