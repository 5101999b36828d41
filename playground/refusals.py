"""What Webex says no with: a status and a sentence."""


class Refusal(Exception):
    """A request Webex turns down; `status` is the HTTP status of the answer, `retry_after` its seconds to wait."""

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status
        self.message = message

    def __str__(self) -> str:
        return f"{self.status}: {self.message}"


def bad(message: str) -> Refusal:
    return Refusal(400, message)


def forbidden(message: str) -> Refusal:
    return Refusal(403, message)


def not_found(what: str) -> Refusal:
    return Refusal(404, f"Could not find {what}.")
