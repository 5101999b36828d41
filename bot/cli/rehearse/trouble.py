"""How a step of a rehearsal fails."""

from bot.cli.doctor.finding import CheckFailed


class Trouble(CheckFailed):
    """A Problem with a `kind` for the report: words of ours alone."""

    def __init__(self, kind: str, text: str, advice: str) -> None:
        super().__init__(text, advice)
        self.kind = kind
