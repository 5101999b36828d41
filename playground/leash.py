"""`python -m playground.leash ...` is `python -m bot ...` that ends with whoever started it, however that one ends.

Its standard input is a pipe that its starter holds. When the pipe closes, also after `kill -9`, it is asked to stop.
"""

import os
import runpy
import signal
import threading


def main() -> None:
    threading.Thread(target=_stop_at_the_end_of_input, daemon=True).start()
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


def _stop_at_the_end_of_input() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
