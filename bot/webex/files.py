"""Files on their way through Webex: those that people attach, and those that the desk sends.

A file is read with the bot's token, so only from the host that the token is for, and only up to a size.
"""

import asyncio
from collections.abc import Mapping

import aiohttp

from helpdesk.platform.attachments import Attachment, NoFile, NotScannedYet, TooLarge, Unscannable
from helpdesk.platform.text.pasted import clean
from helpdesk.platform.webex.client import ForeignLink, WebexClient, WebexError

# With all the times that Webex asks us to wait until it has looked through a file.
SECONDS = 60
_PIECE = 64 * 1024
_LONGEST_NAME = 100
_SCANNING, _UNSCANNABLE, _GONE = 423, 428, (404, 410)


class WebexAttachments:
    def __init__(self, client: WebexClient) -> None:
        self._client = client

    async def read(self, address: str, most_bytes: int) -> Attachment:
        async def read(answer: aiohttp.ClientResponse) -> Attachment:
            return Attachment(_name(answer), await _content(answer, most_bytes))

        try:
            async with asyncio.timeout(SECONDS):
                return await self._client.download(address, read)
        except ForeignLink:
            raise NoFile from None
        except WebexError as error:
            raise _in_words(error) from error
        except TimeoutError:
            raise NotScannedYet from None


def form(fields: Mapping[str, str], file: Attachment) -> aiohttp.FormData:
    """A message that carries `file`."""
    made = aiohttp.FormData(fields)
    made.add_field("files", file.content, filename=file.name, content_type="text/csv")
    return made


async def _content(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """What is said of its length is not relied upon: it is counted while it is read."""
    if (answer.content_length or 0) > most_bytes:
        raise TooLarge(most_bytes)
    content = bytearray()
    async for piece in answer.content.iter_chunked(_PIECE):
        content += piece
        if len(content) > most_bytes:
            raise TooLarge(most_bytes)
    return bytes(content)


def _name(answer: aiohttp.ClientResponse) -> str:
    given = answer.content_disposition.filename if answer.content_disposition else None
    return clean((given or "").replace("\\", "/").rpartition("/")[2])[:_LONGEST_NAME]


def _in_words(error: WebexError) -> Exception:
    if error.status == _SCANNING:
        return NotScannedYet()
    if error.status == _UNSCANNABLE:
        return Unscannable()
    return NoFile() if error.status in _GONE else error
