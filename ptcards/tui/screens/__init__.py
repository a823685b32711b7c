"""One screen a file; a screen owns its keys and leaves the work to `study`."""
