"""Prism, a proxy that nobody here wrote: what goes through it must be as an OpenAPI document says, both ways."""

import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.demo import ROOT, missing

COMMAND = ROOT / "tests" / "servers" / "node_modules" / ".bin" / "prism"


@dataclass(frozen=True)
class Prism:
    """Calls to `url` are passed on to whatever listens on `port` of this machine."""

    url: str
    port: int


@contextmanager
def running_prism(document: Path) -> Iterator[Prism]:
    """What breaks the document is answered with 4xx where we do, with 500 where the server behind does."""
    if not COMMAND.exists():
        missing("Prism is not fetched (make test-all does)")
    with _held_port() as behind:
        with _held_port() as own:
            pass
        process = subprocess.Popen(  # noqa: S603
            [COMMAND, "proxy", "-h", "127.0.0.1", "-p", str(own), "--errors", document, f"http://127.0.0.1:{behind}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # Reading waits for as long as nothing is said: one that never listens is ended, and so is the reading.
        guard = threading.Timer(60, process.kill)
        guard.start()
        try:
            assert process.stdout
            said = list(_until_listening(process.stdout))
            guard.cancel()
            assert process.poll() is None, said
            # Read to its end: a full pipe would stop it.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield Prism(f"http://127.0.0.1:{own}", behind)
        finally:
            guard.cancel()
            process.terminate()
            process.wait(10)


def _until_listening(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if "Prism is listening" in line:
            return


@contextmanager
def _held_port() -> Iterator[int]:
    """A port that nobody else is given; a server that reuses addresses may listen on it meanwhile."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
