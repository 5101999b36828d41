"""Threads of DBOS that still wait for its database when it has ended."""

import threading


def has_stuck_threads() -> bool:
    """Whether DBOS, ended, has threads that wait on. Its idle ones end at once."""
    own = [thread for thread in threading.enumerate() if thread.name.startswith("dbos-executor")]
    for thread in own:
        thread.join(0.1)
    return any(thread.is_alive() for thread in own)
