"""The names of the workspaces that devices stand at: Webex tells a device's workspace by its id."""

from collections.abc import Iterable, Mapping

from helpdesk.platform.webex.client import WebexError, WebexNotFound, WebexUnauthorized
from helpdesk.sync.admin import AdminApi


class Workspaces:
    """Of one organization, in one run: each is asked for once. `failure` is why no more are asked for."""

    def __init__(self, api: AdminApi) -> None:
        self._api = api
        self._names: dict[str, str] = {}
        self._asked: set[str] = set()
        self.failure: WebexError | None = None

    async def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Those that are known by now, by id; raises WebexUnauthorized. One that Webex does not know has none."""
        for each in dict.fromkeys(ids):
            if each not in self._asked and self.failure is None:
                self._asked.add(each)
                await self._ask(each)
        return self._names

    async def _ask(self, workspace: str) -> None:
        try:
            name = (await self._api.workspace(workspace)).get("displayName")
        except (WebexUnauthorized, WebexNotFound) as error:
            if isinstance(error, WebexUnauthorized):
                raise
        except WebexError as error:
            self.failure = error
        else:
            if isinstance(name, str) and name and "\x00" not in name:
                self._names[workspace] = name
