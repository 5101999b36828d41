"""Settings out of a file: `.env` in the folder that a command is run in, or the one that HELPDESK_ENV_FILE names.

What the environment says goes before what the file says. Of the file, only the desk's own variables are taken: a file
that other programs share must not change how this one runs (PATH, PYTHONPATH).
"""

import io
import os
import stat
from collections.abc import Iterator, Mapping, MutableMapping
from difflib import SequenceMatcher
from pathlib import Path

from dotenv.parser import Binding, parse_stream

FILE_VARIABLE = "HELPDESK_ENV_FILE"
USUAL = ".env"
LARGEST = 1 << 20
_ALIKE = 0.85
_OTHERS = 0o077
# AWS_: Amazon's own library has more of them than the desk.
_OURS = ("HELPDESK_", "WEBEX_", "SENDGRID_", "POSTMARK_", "AWS_")
_SHARED = ("PORT", "SSL_CERT_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


class BadEnvFile(Exception):
    """`problems` holds a line for each fault: where it is, and how to mend it. No values."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


def env_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Which file it is, whether or not it is there; None where HELPDESK_ENV_FILE is set to nothing."""
    named = environment.get(FILE_VARIABLE, USUAL).strip()
    return Path(named) if named else None


def load(environment: MutableMapping[str, str] = os.environ) -> None:
    """Add to `environment` what the file says and it does not. Raises BadEnvFile; a file that is not there is none."""
    file = env_file(environment)
    if file is None:
        return
    found = variables(content_of(file), file.name)
    if not found and FILE_VARIABLE in environment and not file.exists():
        raise BadEnvFile(f"{FILE_VARIABLE} names a file that is not there")
    add(environment, found)


def add(environment: MutableMapping[str, str], found: Mapping[str, str]) -> None:
    given = {name.upper() for name in environment}
    environment.update({name: value for name, value in found.items() if name.upper() not in given})


def is_open_to_others(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & _OTHERS)
    except OSError:
        return False


def content_of(file: Path) -> str:
    """Empty where there is none. Raises BadEnvFile."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise BadEnvFile(f"{file.name} is no file")
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BadEnvFile(f"{file.name} cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise BadEnvFile(f"{file.name} is larger than {LARGEST >> 20} MiB: it is to hold NAME=value, a line each")
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise BadEnvFile(f"{file.name} line {line} holds a NUL character: save the file as UTF-8 text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadEnvFile(f"{file.name} line {line} is not UTF-8: save the file as UTF-8 text") from None


def variables(content: str, name: str = USUAL) -> dict[str, str]:
    """The desk's own variables in such a file. Raises BadEnvFile, which names every line that is wrong."""
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems = []
    for binding, line in _bindings(content):
        key, value = binding.key, binding.value
        if binding.error:
            problems.append(f"{name} line {line} cannot be read: NAME=value, or NAME='value' with both quotes")
        elif key is None or not is_ours(key):
            continue
        elif value is None:
            problems.append(f"{name} line {line} names {key} and no value: {key}=value")
        elif found.get(key, value) != value:
            problems.append(f"{name} line {line} sets {key} to something else than line {lines[key]}: keep one of them")
        else:
            found[key] = value
            lines.setdefault(key, line)
    if problems:
        raise BadEnvFile(*problems)
    return found


def is_ours(name: str) -> bool:
    """Also where it was misspelt, so that it can be told."""
    return name.upper().startswith(_OURS) or name.upper() in _SHARED or is_like_ours(name)


def is_like_ours(name: str) -> bool:
    """Whether it begins as the desk's variables do, as in HELP_DESK_PORT, helpdesk-port and HELPDSK_PORT."""
    spelt = name.upper().replace("-", "_")
    first = spelt.partition("_")[0]
    return spelt.startswith(("HELPDESK", "HELP_DESK")) or SequenceMatcher(None, first, "HELPDESK").ratio() >= _ALIKE


def _bindings(content: str) -> Iterator[tuple[Binding, int]]:
    """Each with the line that it begins on: blank lines before it are counted to it by the library."""
    for binding in parse_stream(io.StringIO(content)):
        text = binding.original.string
        blank = text[: len(text) - len(text.lstrip())]
        yield binding, binding.original.line + blank.count("\n")


def statements(content: str) -> Iterator[tuple[str, str]]:
    """The name of each, empty for a comment or a blank line, and its text as it stands."""
    for binding in parse_stream(io.StringIO(content)):
        yield binding.key or "", binding.original.string
