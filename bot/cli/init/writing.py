"""`.env`, written whole or not at all, for its owner alone."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.settings import dot_env

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,?&~^*!;()\[\]-]*")
_OWNER_ALONE = 0o600


class NotWritten(Exception):
    """Why the file is as it was."""


def write_env(file: Path, before: str, answers: Mapping[str, str]) -> bool:
    """Whether there was anything to write. `before` is what the file held when the questions began.

    Raises NotWritten.
    """
    # Where it is a link, what it leads to is written.
    file = Path(os.path.realpath(file))
    try:
        if not answers:
            if file.exists():
                file.chmod(_OWNER_ALONE)
            return False
        content = _content(before, answers)
        if dot_env.content_of(file) != before:
            raise NotWritten(f"{file.name} was changed meanwhile by somebody else: it is left as it is")
        _replace(file, content)
    except OSError as error:
        raise NotWritten(f"{file.name} cannot be written: {error.strerror}") from None
    return True


def _content(before: str, answers: Mapping[str, str]) -> str:
    """What was there, without the lines that the answers stand for, and these."""
    lines = [text for name, text in dot_env.statements(before) if name not in answers]
    kept = "".join(lines)
    if kept and not kept.endswith("\n"):
        kept += "\n"
    content = kept + "".join(f"{name}={_quoted(value)}\n" for name, value in answers.items())
    read = dot_env.variables(content)
    if any(read.get(name) != value for name, value in answers.items()):
        raise NotWritten("an answer cannot be written to a file so that it is read back the same")
    return content


def _quoted(value: str) -> str:
    """As it is where that can be: not every program that reads such a file takes the quotes off."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _replace(file: Path, content: str) -> None:
    # Made with the rights of its owner alone, in the same folder: to take its place is one step.
    descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.chmod(name, _OWNER_ALONE)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
