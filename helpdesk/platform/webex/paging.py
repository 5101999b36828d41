"""Lists that come in pages: each page once, to the end, whatever the links say."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple, Protocol

from helpdesk.platform.errors import Unavailable

Json = dict[str, Any]
# A link to a page is good for a while only.
EXPIRED = (400, 410)


class ListPage(NamedTuple):
    """`following` is the address of the page behind it, "" where Webex names none; `url` is the page's own."""

    content: Json
    following: str
    url: str = ""


class PageReader(Protocol):
    async def page(self, path: str, params: Mapping[str, str] | None = None) -> ListPage: ...


class LinkExpired(Exception):
    """The link to a page that is not the first is no longer good."""

    def __init__(self, failure: Unavailable) -> None:
        self.failure = failure


class SamePageAgain(Exception):
    """A list does not know of places: it would never end, and what is behind its first page is not told."""


async def pages(
    reader: PageReader, path: str, params: Mapping[str, str] | None, key: str, *, by_place: bool = False
) -> AsyncIterator[Json]:
    """Every page of the list that stands under `key`, one after the other. An empty page ends it, and a link once seen.

    A link that has expired begins the list again, once: some pages then come a second time. `by_place`: where Webex
    names no page behind the first, it is asked for by `start`. Raises what `reader` raises, and SamePageAgain.
    """
    try:
        async for page in _walk(reader, path, params or {}, key, by_place=by_place):
            yield page
        return
    except LinkExpired:
        pass
    try:
        async for page in _walk(reader, path, params or {}, key, by_place=by_place):
            yield page
    except LinkExpired as error:
        raise error.failure from None


async def _walk(
    reader: PageReader, path: str, params: Mapping[str, str], key: str, *, by_place: bool
) -> AsyncIterator[Json]:
    page = await reader.page(path, params)
    seen, place = {hash(page.url)}, 0
    by_place = by_place and not page.following
    while True:
        yield page.content
        items = page.content.get(key)
        if not isinstance(items, list) or not items:
            return
        place += len(items)
        if page.following:
            if hash(page.following) in seen:
                return
            seen.add(hash(page.following))
            page = await _behind(reader, page.following)
        elif by_place:
            page = await reader.page(path, {**params, "start": str(place)})
            behind = page.content.get(key)
            if isinstance(behind, list) and behind and behind[0] == items[0]:
                raise SamePageAgain
        else:
            return


async def _behind(reader: PageReader, link: str) -> ListPage:
    try:
        return await reader.page(link)
    except Unavailable as failure:
        if getattr(failure, "status", None) in EXPIRED:
            raise LinkExpired(failure) from None
        raise
