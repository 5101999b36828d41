"""`helpdesk init`: asks for what is missing, tries each answer at once, and writes `.env`. The doctor looks after that.

Until all is answered nothing is written: who stops in between finds everything as it was.
"""

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping

from bot.cli.init.asking import Asked
from bot.cli.init.groups import GROUPS, Group, Question
from bot.cli.init.trying import Tried, form_problems, try_out
from bot.cli.init.writing import write_env
from bot.settings import dot_env

SECRET = "HELPDESK_SECRET_KEY"  # noqa: S105 - a name
LEFT_OUT = "-"
TRIES = 5
Tell = Callable[[str], None]


class GivenUp(Exception):
    """Why nothing was written."""


def ask_and_write(asked: Asked, tell: Tell) -> None:
    """Raises GivenUp, NotWritten, BadEnvFile, EOFError and KeyboardInterrupt: then nothing was written."""
    file = dot_env.env_file()
    if file is None:
        raise GivenUp(f"{dot_env.FILE_VARIABLE} is set to nothing: there is no file to write")
    if not os.access(os.path.dirname(os.path.realpath(file)), os.W_OK):
        raise GivenUp(f"the folder of {file.name} is not there, or cannot be written")
    before = dot_env.content_of(file)
    # A file that is named and is not there yet is what this makes.
    dot_env.add(os.environ, dot_env.variables(before, file.name))
    tell(f"What is missing is asked for, tried, and written to {file.name}. An empty answer takes what is in [ ].")
    answers: dict[str, str] = {}
    if not _is_set(SECRET):
        answers[SECRET] = os.environ[SECRET] = secrets.token_hex(32)
        tell(f"\n{SECRET}: made. It signs buttons, codes and the audit: keep a copy of {file.name} with your backups.")
    for group in GROUPS:
        answers |= _settle(group, asked, tell)
    if write_env(file, before, answers):
        tell(f"\n{file.name} is written, for you alone to read. What the environment says goes before it.")


def _settle(group: Group, asked: Asked, tell: Tell) -> dict[str, str]:
    """The answers to what is missing of a group; none where it is left out."""
    if not group.missing(os.environ):
        tell(f"\n{group.name}: set already.")
        return {}
    tell(f"\n{group.about}")
    given: dict[str, str] = {}
    for _ in range(TRIES):
        changed = _ask(group, given, asked, tell)
        if not given:
            if group.is_needed:
                tell("  It is needed.")
                continue
            return {}
        if problems := form_problems(given, group.names):
            for problem in problems:
                tell(f"  {problem}")
            continue
        # What was refused and is kept all the same was looked at already.
        tried = asyncio.run(try_out(given, group.checks)) if changed else Tried((), has_failed=False)
        for line in tried.lines:
            tell(f"  {line}")
        if not tried.has_failed:
            os.environ.update(given)
            return given
        leave = "" if group.is_needed else f", and {LEFT_OUT} leaves all of it out"
        tell(f"  Answer again; an empty answer keeps what was given{leave}.")
    raise GivenUp(f"{group.name}: no answer could be used after {TRIES} tries")


def _ask(group: Group, given: dict[str, str], asked: Asked, tell: Tell) -> bool:
    """Add the answers to `given`; says whether there was any that is new."""
    done: set[str] = set()
    changed = False
    while question := _next(group, {**os.environ, **given}, done, given):
        done.add(question.name)
        kept = given.get(question.name)
        answer = asked(question, "keep" if kept else question.usual)
        if problem := _unusable(answer):
            tell(f"  {question.name} {problem}")
            done.discard(question.name)
            continue
        if answer == LEFT_OUT and not group.is_needed:
            given.clear()
            return False
        if answer:
            changed |= answer != kept
            given[question.name] = answer
        elif not kept and question.usual:
            given[question.name] = question.usual
            changed = True
        elif not kept and question.ends_group:
            break
    return changed


def _next(group: Group, environment: Mapping[str, str], done: set[str], given: Mapping[str, str]) -> Question | None:
    wanted = group.questions(environment)
    open_ = (each for each in wanted if each.name not in done)
    return next((each for each in open_ if each.name in given or not environment.get(each.name, "").strip()), None)


def _unusable(answer: str) -> str:
    return "" if answer.isprintable() else "holds a character that no setting can have; type it again"


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name, "").strip())
