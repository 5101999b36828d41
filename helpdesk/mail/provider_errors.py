"""How a mail provider may fail.

    MailProviderError            `provider` names it
    ├── ProviderAuthError        it refuses our key, or the key may not do this
    ├── ProviderRateLimited      it asks us to wait
    ├── ProviderUnavailable      no answer in time, no connection, or a fault of its own
    ├── ProviderUnreadable       an answer that is not the provider's, or not as we know it
    └── ProviderRejected         it cannot take this request, such as an address it finds bad

That an address is not listed is never an error.
"""

from helpdesk.platform.errors import Unavailable
from helpdesk.platform.language import Text

# A whole call with its repetitions: somebody waits for what comes of it.
CALL_SECONDS = 10


class MailProviderError(Unavailable):
    """`retry_after` is in seconds, where the provider says; it is asked for by who repeats."""

    def __init__(self, provider: str, text: Text, advice: Text, retry_after: float | None = None) -> None:
        super().__init__(text, advice)
        self.provider = provider
        self.retry_after = retry_after


class ProviderAuthError(MailProviderError):
    def __init__(self, provider: str, variable: str) -> None:
        super().__init__(
            provider,
            Text("{provider} refuses the desk's key.", provider=provider),
            Text("The operator checks {variable}, and what that key may do.", variable=variable),
        )


class ProviderRateLimited(MailProviderError):
    def __init__(self, provider: str, retry_after: float | None = None) -> None:
        super().__init__(
            provider,
            Text("{provider} is asked too much at the moment.", provider=provider),
            Text("Nothing is lost. Try again in a minute."),
            retry_after,
        )


class ProviderUnavailable(MailProviderError):
    def __init__(self, provider: str, retry_after: float | None = None) -> None:
        super().__init__(
            provider,
            Text("{provider} does not answer.", provider=provider),
            Text("Try again in a minute; tell your operator if it stays like this."),
            retry_after,
        )


class ProviderSilent(MailProviderError):
    """No answer while somebody waits; which provider it is, only its own failures say."""

    def __init__(self) -> None:
        super().__init__(
            "",
            Text("The mail provider does not answer."),
            Text("Try again in a minute; tell your operator if it stays like this."),
        )


class ProviderUnreadable(MailProviderError):
    """What it says might be that mail is held back, so it is never taken for "not listed"."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            provider,
            Text("The desk cannot read what {provider} answers.", provider=provider),
            Text("The operator checks with “helpdesk doctor” where the desk asks, and with which settings."),
        )


class ProviderRejected(MailProviderError):
    def __init__(self, provider: str) -> None:
        super().__init__(
            provider,
            Text("{provider} does not take this request.", provider=provider),
            Text("Check the address with the caller."),
        )
