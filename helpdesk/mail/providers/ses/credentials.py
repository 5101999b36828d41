"""Where Amazon's credentials come from: two keys in the environment, or wherever botocore finds some.

botocore (the extra `aws`) knows the roles of machines, containers and single sign-on, and asks for new credentials
before those it has lapse. It blocks, so it is asked in a thread.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from helpdesk.mail.provider_errors import CALL_SECONDS, MailProviderError, ProviderUnavailable
from helpdesk.mail.providers.ses.sigv4 import Credentials
from helpdesk.platform.language import Text
from helpdesk.platform.threads import in_thread

VARIABLE = "AWS_ACCESS_KEY_ID"
_AMAZON = "Amazon"

FindCredentials = Callable[[], Awaitable[Credentials]]


class NoCredentials(MailProviderError):
    def __init__(self) -> None:
        super().__init__(
            _AMAZON,
            Text("The desk has no credentials for {provider}.", provider=_AMAZON),
            Text("The operator sets {variable}, or gives this machine a role.", variable=VARIABLE),
        )


def fixed(credentials: Credentials) -> FindCredentials:
    async def find() -> Credentials:
        return credentials

    return find


class FoundByBotocore:
    """Called for each call: what lapses is renewed by then."""

    def __init__(self) -> None:
        self._found: Any = None

    async def __call__(self) -> Credentials:
        return await in_thread("aws-credentials", self._find, CALL_SECONDS)

    def _find(self) -> Credentials:
        # Imported here: it is an extra, and takes a while.
        from botocore.exceptions import BotoCoreError
        from botocore.session import Session

        try:
            self._found = self._found or Session().get_credentials()
            frozen = self._found.get_frozen_credentials() if self._found else None
        except BotoCoreError:  # its words may name files and roles
            raise ProviderUnavailable(_AMAZON) from None
        if frozen is None:
            raise NoCredentials
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)
