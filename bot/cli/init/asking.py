"""A question at a terminal, or answered by what is piped in, a line each."""

import sys
from getpass import getpass

from bot.cli.command_line import say as _say
from bot.cli.init.groups import Question

LONGEST = 10_000


class Asked:
    """Called with a question and what an empty answer takes; gives the answer without blanks around it.

    What is secret is not shown when it is typed. Raises EOFError where no answer comes any more.
    """

    def __call__(self, question: Question, usual: str) -> str:
        prompt = f"  {question.name} ({question.about})" + (f" [{usual}]" if usual else "") + ": "
        if not sys.stdin.isatty():
            _say(prompt)
            return self._piped()
        answer = getpass(prompt) if question.is_secret else input(prompt)
        return self._checked(answer)

    def _piped(self) -> str:
        raw = sys.stdin.buffer.readline(LONGEST + 2)
        if not raw:
            raise EOFError
        if len(raw) > LONGEST:
            while not raw.endswith(b"\n") and (raw := sys.stdin.buffer.readline(1 << 20)):
                pass
            return "\0"
        # What is no text is refused with the characters that no setting may hold.
        return self._checked(raw.decode("utf-8", errors="surrogateescape"))

    def _checked(self, answer: str) -> str:
        answer = answer.strip()
        return answer if len(answer) <= LONGEST else "\0"
