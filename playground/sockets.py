"""The websocket a bot listens on: authorisation, events, acknowledgements, pings.

As with the real one: the first frame must authorise, a second connection on the same device
replaces the first, and what happens while nobody is connected is not told later.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from playground.bell import Bell
from playground.devices import Device, Devices
from playground.faults import Faults
from playground.identifiers import new_uuid
from playground.rooms import Account, Json, Rooms, now

log = logging.getLogger(__name__)

REPLACED = 4000
BAD_TOKEN = 4401
NOT_YOURS = 4403
HANGING_SECONDS = 60


class _Socket(web.WebSocketResponse):
    """One whose pongs can be withheld."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(max_msg_size=1 << 20)
        self._faults = faults

    async def pong(self, message: bytes = b"") -> None:
        if not self._faults.silence_sockets:
            await super().pong(message)


@dataclass(eq=False)
class Connection:
    """One authorised websocket; frames wait in a queue, so that a slow reader holds up nobody."""

    device: Device
    socket: web.WebSocketResponse
    request: web.Request
    frames: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    sequence: int = 0

    def send(self, data: Json) -> None:
        self.sequence += 1
        envelope = {
            "id": new_uuid(),
            "sequenceNumber": self.sequence,
            "timestamp": int(now().timestamp() * 1000),
            "trackingId": f"PLAYGROUND_{new_uuid()}",
            "data": data,
        }
        self.frames.put_nowait(json.dumps(envelope))

    def abort(self) -> None:
        """Cut the line without a goodbye, as a network failure does."""
        if self.request.transport:
            self.request.transport.abort()


class Sockets:
    """All authorised connections, one for each device at most."""

    def __init__(self, rooms: Rooms, devices: Devices, faults: Faults, authorization_seconds: float) -> None:
        self.connections: dict[Device, Connection] = {}
        self.acknowledged: list[str] = []
        self.bell = Bell()
        self._rooms = rooms
        self._devices = devices
        self._faults = faults
        self._authorization_seconds = authorization_seconds
        faults.sockets = self

    def tell(self, account: Account, activity: Json) -> int:
        """Send an activity to every connection of an account; how many there were."""
        found = [one for one in self.connections.values() if one.device.owner is account]
        for connection in found:
            for _ in range(2 if self._faults.duplicate_events else 1):
                connection.send({"eventType": "conversation.activity", "activity": activity})
        return len(found)

    def drop(self) -> None:
        for connection in self.connections.values():
            connection.abort()

    def close_with(self, code: int) -> None:
        for connection in self.connections.values():
            _close(connection, code, b"")

    def ask_to_reconnect(self) -> None:
        for connection in self.connections.values():
            connection.frames.put_nowait(json.dumps({"id": new_uuid(), "type": "shutdown"}))

    def forget_devices(self) -> None:
        self._devices.by_uuid.clear()

    async def close(self) -> None:
        for connection in list(self.connections.values()):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        device = self._devices.by_uuid.get(request.match_info["uuid"])
        if device is None:
            raise web.HTTPNotFound
        if self._faults.is_socket_down:
            raise web.HTTPServiceUnavailable
        if self._faults.hang_handshakes:
            await asyncio.sleep(HANGING_SECONDS)
        if self._faults.take("too_many_handshakes_next"):
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(self._faults.retry_after_seconds)})
        socket = _Socket(self._faults)
        await socket.prepare(request)
        if await self._is_authorised(socket, device):
            await self._serve(Connection(device, socket, request))
        return socket

    async def _is_authorised(self, socket: web.WebSocketResponse, device: Device) -> bool:
        """Reads the first frame; closes the socket when that does not authorise."""
        try:
            frame = _object(await socket.receive_str(timeout=self._authorization_seconds))
        except (TimeoutError, TypeError):
            frame = {}
        data = frame.get("data")
        token = data.get("token") if isinstance(data, dict) else None
        if frame.get("type") != "authorization" or not isinstance(token, str):
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"authorization expected")
            return False
        account = self._rooms.by_token.get(token.removeprefix("Bearer "))
        if account is device.owner:
            return True
        await socket.close(code=NOT_YOURS if account else BAD_TOKEN, message=b"unauthorized")
        return False

    async def _serve(self, connection: Connection) -> None:
        before = self.connections.get(connection.device)
        self.connections[connection.device] = connection
        if before:
            _close(before, REPLACED, b"replaced")
        connection.send({"eventType": "mercury.buffer_state", "bufferState": {}})
        writer = asyncio.create_task(self._write(connection))
        self.bell.ring()
        try:
            async for message in connection.socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY) and not self._faults.silence_sockets:
                    text = message.data if isinstance(message.data, str) else message.data.decode(errors="replace")
                    self._take(connection, _object(text))
        finally:
            writer.cancel()
            if self.connections.get(connection.device) is connection:
                del self.connections[connection.device]
            self.bell.ring()

    async def _write(self, connection: Connection) -> None:
        while True:
            frame = await connection.frames.get()
            if self._faults.silence_sockets:
                continue
            try:
                if self._faults.binary_frames:
                    await connection.socket.send_bytes(frame.encode())
                else:
                    await connection.socket.send_str(frame)
            except ConnectionError:
                return  # the reading side ends the connection

    def _take(self, connection: Connection, frame: Json) -> None:
        if frame.get("type") == "ack":
            self.acknowledged.append(str(frame.get("messageId")))
            self.bell.ring()
        elif frame.get("type") == "ping":
            connection.frames.put_nowait(json.dumps({"id": frame.get("id"), "type": "pong"}))
        else:
            log.info("frame_ignored", extra={"type": frame.get("type")})


def _close(connection: Connection, code: int, reason: bytes) -> None:
    # Not awaited: a connection that is gone answers the closing handshake late or never.
    closing = asyncio.create_task(connection.socket.close(code=code, message=reason))
    closing.add_done_callback(lambda done: done.exception())


def _object(text: str) -> Json:
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
