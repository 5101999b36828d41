"""What is attached to a message: lists of addresses, which are taken together, and mails that came back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from commands.command import Message
from helpdesk.bulk import MOST_BYTES
from helpdesk.bulk.reading import Line, Listing, listing
from helpdesk.bulk.sheet import read_file
from helpdesk.mail.dsn import pasted
from helpdesk.mail.dsn.pasted import Returned
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.platform.threads import in_thread
from helpdesk.services import Helpdesk

MOST_FILES = 10
# Reading the longest list takes a fraction of a second; the loop does not wait for it all the same.
_SECONDS = 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attached:
    """Either the lines of all lists, or what the mails tell."""

    listing: Listing
    returned: Sequence[Returned] = ()


class TooManyFiles(BadInput):
    def __init__(self) -> None:
        super().__init__(
            Text("{most} files are the most that go in one message.", most=MOST_FILES),
            Text("Send the others in a message of their own."),
        )


async def off_the_loop(read: Callable[[], T]) -> T:
    """What reading a list gives, pasted or in a file. Raises what `read` does, or TimeoutError."""
    return await in_thread("reading a list", read, _SECONDS)


async def read_attached(message: Message, desk: Helpdesk) -> Attached:
    """All files of the message; where one cannot be read, none is. Raises BadInput, Refused or Unavailable."""
    if len(message.files) > MOST_FILES:
        raise TooManyFiles
    files = [await desk.attachments.read(address, MOST_BYTES) for address in message.files]
    return await off_the_loop(partial(_read, [each.content for each in files]))


def _read(contents: Sequence[bytes]) -> Attached:
    lists, returned = list[Listing](), list[Returned]()
    for content in contents:
        if pasted.is_mail(content) and (found := pasted.read_file(content)):
            returned += found
        else:
            lists.append(read_file(content))
    if not lists:
        return Attached(Listing([]), returned)
    lines = [each for one in lists for each in one.lines]
    lines += [Line(0, one.address, one.address) for one in returned if one.address]
    if len(contents) == 1:
        return Attached(listing(lines, lists[0].heading))
    numbered = [Line(number, each.text, each.address) for number, each in enumerate(lines, 1)]
    return Attached(listing(numbered, lists[0].heading))
