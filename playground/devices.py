"""Where a bot's websocket begins: the catalog, device registration, and ids for activities.

The catalog names the device service; a device registered there has the websocket's address; an
activity's uuid is turned into a REST id by asking the conversation service.
"""

from dataclasses import dataclass, field

from aiohttp import web

from playground.identifiers import new_uuid
from playground.refusals import not_found
from playground.rest.request import asker, base_url, body_of, rooms_of
from playground.rooms import Account, Json


@dataclass(eq=False)
class Device:
    owner: Account
    about: Json  # name, deviceName, deviceType, model ... as registered
    uuid: str = field(default_factory=new_uuid)

    def as_json(self, base_url: str) -> Json:
        return {
            **self.about,
            "url": f"{base_url}/wdm/api/v1/devices/{self.uuid}",
            "webSocketUrl": f"{base_url.replace('http', 'ws', 1)}/socket/{self.uuid}",
            "userId": self.owner.uuid,
            "deviceStatusUrl": f"{base_url}/wdm/api/v1/devices/{self.uuid}/status",
        }


@dataclass
class Devices:
    """All registered devices, by uuid."""

    by_uuid: dict[str, Device] = field(default_factory=dict)

    def of(self, owner: Account) -> list[Device]:
        return [one for one in self.by_uuid.values() if one.owner is owner]


DEVICES = web.AppKey("devices", Devices)


async def catalog(request: web.Request) -> web.Response:
    base = base_url(request)
    links = {"wdm": f"{base}/wdm/api/v1", "conversation": f"{base}/conversation/api/v1"}
    return web.json_response({"serviceLinks": links})


async def listing(request: web.Request) -> web.Response:
    mine = request.app[DEVICES].of(asker(request))
    return web.json_response({"devices": [one.as_json(base_url(request)) for one in mine]})


async def register(request: web.Request) -> web.Response:
    device = Device(asker(request), await body_of(request))
    request.app[DEVICES].by_uuid[device.uuid] = device
    return web.json_response(device.as_json(base_url(request)))


async def refresh(request: web.Request) -> web.Response:
    device = _mine(request)
    device.about |= await body_of(request)
    return web.json_response(device.as_json(base_url(request)))


async def remove(request: web.Request) -> web.Response:
    del request.app[DEVICES].by_uuid[_mine(request).uuid]
    return web.Response(status=204)


async def message_id(request: web.Request) -> web.Response:
    rooms = rooms_of(request)
    message = rooms.message(rooms.edits.get(request.match_info["uuid"], request.match_info["uuid"]))
    if message is None or not rooms.may_see(asker(request), message):
        raise not_found("the activity")
    return web.json_response({"id": message.id})


async def action_id(request: web.Request) -> web.Response:
    action = rooms_of(request).action(request.match_info["uuid"])
    if action is None or asker(request) not in (action.person, action.message.person):
        raise not_found("the activity")
    return web.json_response({"id": action.id})


def _mine(request: web.Request) -> Device:
    found = request.app[DEVICES].by_uuid.get(request.match_info["uuid"])
    if found is None or found.owner is not asker(request):
        raise not_found("the device")
    return found


ROUTES = (
    web.get("/u2c/api/v1/catalog", catalog),
    web.get("/wdm/api/v1/devices", listing),
    web.post("/wdm/api/v1/devices", register),
    web.put("/wdm/api/v1/devices/{uuid}", refresh),
    web.delete("/wdm/api/v1/devices/{uuid}", remove),
    web.get("/conversation/api/v1/messages/{uuid}", message_id),
    web.get("/conversation/api/v1/attachment/actions/{uuid}", action_id),
)
