"""What Webex says no with: a status and a sentence."""


class Refusal(Exception):
    """A request Webex turns down; `status` is the HTTP status of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
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
