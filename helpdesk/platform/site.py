"""Where browsers reach the desk's pages, and the addresses of these."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text

PREFIX = "/desk"


class NoSite(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("This desk has no address that a browser could open."),
            Text("The operator sets HELPDESK_PUBLIC_URL."),
        )


@dataclass(frozen=True, slots=True)
class Site:
    """`url` is what people's browsers call the web process: HELPDESK_PUBLIC_URL, without a slash at its end."""

    url: str

    def link(self, *parts: str) -> str:
        """The whole address of a page, for mails and cards: `link("consent", token)`."""
        return self.url + self._below(parts)

    def path(self, *parts: str) -> str:
        """The same for a page's own links; a proxy may serve us below a path of its own."""
        return urlsplit(self.url).path + self._below(parts)

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")

    def _below(self, parts: tuple[str, ...]) -> str:
        return "/".join([PREFIX, *(quote(part, safe="") for part in parts)])
