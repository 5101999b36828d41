"""The websocket transport: webex-bot's client for registration and reconnection, and nothing else of it.

The client blocks and has a loop of its own, so it lives in a thread; each frame is handed to our loop as
it came. It acknowledges a frame only when we say that its event is stored. What we keep away from, and
why, with line numbers: docs/decisions.md.
"""

import asyncio
import contextlib
import json
import random
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import certifi
import requests
import structlog
from requests.adapters import HTTPAdapter
from webex_bot.websockets import webex_websocket_client as client_module
from webex_bot.websockets.webex_websocket_client import WebexWebsocketClient

log = structlog.get_logger()

REGISTRATION_SECONDS = 15
Frame = dict[str, Any]
Acknowledge = Callable[[], None]
OnFrame = Callable[[Frame, Acknowledge], None]


class WebsocketTransport:
    """Frames from Webex, in order, for as long as it runs. `on_frame` and `on_open` are called on our loop."""

    def __init__(
        self, token: str, catalog_url: str, on_frame: OnFrame, on_open: Callable[[], None], ca_file: str | None = None
    ) -> None:
        self._token = token
        self._catalog_url = catalog_url
        self.ca_file = ca_file
        self._on_frame = on_frame
        self._on_open = on_open
        self._stopping = threading.Event()
        self.loop = asyncio.new_event_loop()
        # One thread, so that frames are handed over in the order they came.
        self.loop.set_default_executor(ThreadPoolExecutor(1, "webex-frames"))
        self._ours = asyncio.get_running_loop()
        # A daemon: a registration call that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="webex-websocket", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def stop(self) -> None:
        """Close the link and end the thread; waits at most 5 seconds for it."""
        self._stopping.set()
        with contextlib.suppress(RuntimeError):  # the thread ended already and closed its loop
            self.loop.call_soon_threadsafe(self._cancel_all)
        await asyncio.to_thread(self._thread.join, 5)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                self._connect().run()
            except asyncio.CancelledError:
                break
            except Exception as error:  # the client raises bare Exception
                log.warning("websocket failed, registering again", error=type(error).__name__)
            failures = 0 if time.monotonic() - started > 60 else failures + 1
            self._stopping.wait(min(60, 2**failures) * random.uniform(0.5, 1))  # noqa: S311
        if not self.loop.is_closed():
            # What stop() asked the loop to cancel may, by now, be only this.
            with contextlib.suppress(asyncio.CancelledError):
                self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()

    def _connect(self) -> "_Client":
        # The client takes neither address from its caller.
        client_module.DEFAULT_U2C_URL = self._catalog_url
        return _Client(self._token, self)

    def _cancel_all(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()

    def opened(self) -> None:
        self._ours.call_soon_threadsafe(self._on_open)

    def received(self, frame: Frame, acknowledge: Acknowledge) -> None:
        if not self._stopping.is_set():
            self._ours.call_soon_threadsafe(self._on_frame, frame, acknowledge)


class _Client(WebexWebsocketClient):  # type: ignore[misc]  # the library has no types
    """webex-bot's client with its frames handed over raw, and time limits on its calls."""

    def __init__(self, token: str, transport: WebsocketTransport) -> None:
        self._transport = transport
        self._socket: Any = None
        super().__init__(token, "helpdesk")

    @property
    def websocket(self) -> Any:
        return self._socket

    @websocket.setter
    def websocket(self, socket: Any) -> None:
        # Set by the client for each new link, right before it authorises itself.
        self._socket = socket
        if socket is not None:
            self._transport.opened()

    def _process_incoming_websocket_message(self, msg: Frame) -> None:
        if not isinstance(msg, dict):
            return
        socket = self._socket
        frame = json.dumps({"type": "ack", "messageId": msg.get("id")})

        def acknowledge() -> None:
            asyncio.run_coroutine_threadsafe(_send(socket, frame), loop)

        loop = self._transport.loop
        self._transport.received(msg, acknowledge)

    def _get_device_url(self) -> Any:
        # Called first of all by the constructor, when the session has just been made.
        adapter = _TimeLimited()
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)
        if self._transport.ca_file:
            self.session.verify = self._transport.ca_file
        return super()._get_device_url()

    def _get_device_info(self, check_existing: bool = True) -> Any:
        device = super()._get_device_info(check_existing)
        # The client passes one context for every address, which a plain ws:// refuses.
        is_plain = str(device.get("webSocketUrl", "")).startswith("ws://")
        client_module.ssl_context = None if is_plain else _tls_context()
        return device


class _TimeLimited(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        return super().send(request, **{**options, "timeout": REGISTRATION_SECONDS})


def _tls_context() -> ssl.SSLContext:
    # The default context honours SSL_CERT_FILE; certifi's roots are what the client itself trusts.
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


async def _send(socket: Any, frame: str) -> None:
    try:
        await asyncio.wait_for(socket.send(frame), 10)
    except Exception as error:  # a link that broke meanwhile: the event is stored, Webex may tell it again
        log.info("acknowledgement lost", error=type(error).__name__)
