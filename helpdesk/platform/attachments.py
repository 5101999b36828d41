"""Files that people attach to what they ask: the port to read them, and how that may fail."""

from dataclasses import dataclass
from typing import Protocol

from helpdesk.platform.errors import BadInput, Refused, Unavailable
from helpdesk.platform.language import Text


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file; `name` is what its sender called it, without a folder."""

    name: str
    content: bytes


class Attachments(Protocol):
    async def read(self, address: str, most_bytes: int) -> Attachment:
        """The file at `address`, as the message named it.

        Raises TooLarge, Unscannable, NotScannedYet, NoFile, or another Unavailable.
        """


class TooLarge(BadInput):
    def __init__(self, most_bytes: int) -> None:
        super().__init__(
            Text("The file is too large: {most} KB is the most.", most=most_bytes // 1024),
            Text("Split it into several files, and send them one after the other."),
        )


class NoFile(BadInput):
    def __init__(self) -> None:
        super().__init__(
            Text("The file is not there any more, or is not Webex's own."),
            Text("Attach the file itself to your message, and send it again."),
        )


class Unscannable(Refused):
    """Webex cannot tell whether it is harmless."""

    def __init__(self) -> None:
        super().__init__(
            Text("Webex cannot check this file for malware, so the desk does not open it."),
            Text("Save it anew as a plain CSV, without a password, and send that."),
        )


class NotScannedYet(Unavailable):
    def __init__(self) -> None:
        super().__init__(
            Text("Webex is still checking this file for malware."),
            Text("Nothing was done with it. Send it again in a minute."),
        )


class NoAttachments:
    """Stands where there is no Webex to read from, such as on the command line."""

    async def read(self, address: str, most_bytes: int) -> Attachment:
        raise NoFile
