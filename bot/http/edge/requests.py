"""A request whose body cannot be read without a bound, whichever of aiohttp's ways a handler takes."""

from typing import NoReturn
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDict, MultiDictProxy

from bot.http.bodies import LARGEST_FORM, read_body
from bot.http.edge.plain import set_headers

MOST_FIELDS = 100
FORM = "application/x-www-form-urlencoded"

Form = MultiDictProxy[str | bytes | bytearray | FileField]


class BoundedRequest(web.Request):
    async def read(self) -> bytes:
        """As much as a form may have; who takes more says so to `read_body`. Raises BodyRefused."""
        if self._read_bytes is None:
            self._read_bytes = await read_body(self, LARGEST_FORM)
        return self._read_bytes

    async def post(self) -> Form:
        """The fields of a form as browsers send ours. Raises BodyRefused, and web.HTTPException for another kind."""
        if self._post is None:
            if self.content_type != FORM:
                raise web.HTTPUnsupportedMediaType
            body = await self.read()
            try:
                fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
            except ValueError:  # not UTF-8, or too many
                raise web.HTTPBadRequest from None
            self._post = MultiDictProxy(MultiDict(fields))
        return self._post

    async def multipart(self) -> NoReturn:
        """No form of ours holds files."""
        raise web.HTTPUnsupportedMediaType

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        # Here and not at an application: what is no request has none.
        await super()._prepare_hook(response)
        set_headers(response)
