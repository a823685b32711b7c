from __future__ import annotations

import signal

# What a shell starts in the background ignores Ctrl+C, and so does all that is started by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
