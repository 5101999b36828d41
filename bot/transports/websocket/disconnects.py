"""Why a link to Webex ended, in words for the operator, and how long to wait before the next one."""

import random
import socket
import ssl
from dataclasses import dataclass

import requests
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from bot.transports.websocket.devices import DeviceServiceError
from bot.transports.websocket.link import Retirement, Silence
from bot.transports.websocket.proxy_tunnel import ProxyRefused
from helpdesk.platform.retry_after import seconds_to_wait

# Whatever a Retry-After says, nobody is left alone for longer.
LONGEST_OBEYED_SECONDS = 600


@dataclass(frozen=True)
class Ending:
    """`fix` is for what does not heal by itself. `is_slow`: trying often would not help, and could harm."""

    problem: str
    fix: str = ""
    is_slow: bool = False
    is_planned: bool = False
    needs_device: bool = False
    needs_room: bool = False
    retry_after: float = 0.0


@dataclass(frozen=True)
class ReconnectPace:
    """How often and how long, in seconds."""

    ping: float = 10
    silence: float = 25
    handshake: float = 10
    closing: float = 2
    first_retry: float = 0.5
    longest_retry: float = 30
    slow_retry: float = 60
    held: float = 30  # a link that held this long was a good one: what failed before it no longer counts
    brief: float = 15  # a link that ended earlier than this may have been over a device that Webex forgot

    def pause(self, ending: Ending, failures: int) -> float:
        """Before the next try, after that many failures in a row; with jitter, so that processes fall out of step."""
        if ending.is_planned and not failures:
            return 0.0
        if ending.is_slow:
            return self.slow_retry * random.uniform(1, 1.25)  # noqa: S311
        backoff = min(self.longest_retry, self.first_retry * 2.0 ** min(failures, 16))
        return max(backoff * random.uniform(0.5, 1), ending.retry_after)  # noqa: S311


TOKEN_REFUSED = Ending(
    "Webex refused the token",
    fix="look whether WEBEX_ACCESS_TOKEN is still the bot's token at developer.webex.com; it is tried again meanwhile",
    is_slow=True,
)
# What Webex's closing codes mean is known from Cisco's own clients.
CLOSED = {
    1008: TOKEN_REFUSED,
    4401: TOKEN_REFUSED,
    4000: Ending("another client took over the device of this process", needs_device=True),
    4400: Ending("Webex refused the device of this process (4400)", is_slow=True, needs_device=True),
    4403: Ending("Webex refused the device of this process (4403)", is_slow=True, needs_device=True),
}
CROWDED = Ending(
    "Webex has too many devices of the bot's account (about 100 are taken)",
    fix="end other programs that use the bot's token; a running desk removes the devices of its dead processes, and of "
    "other programs those that were idle for an hour",
    is_slow=True,
    needs_room=True,
)
PROXY = Ending(
    "the proxy does not let the desk through",
    fix="check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and the proxy's user and password",
)
UNKNOWN_DEVICE = Ending("Webex no longer knows the device of this process", needs_device=True)
UNTRUSTED = Ending("the certificate of Webex's server is not trusted", fix="name your proxy's in SSL_CERT_FILE")


def ending(error: Exception) -> Ending:
    """What an exception that ended a link, or kept it from opening, means. Nothing of its text is used."""
    match error:
        case Retirement():
            return Ending("Webex asked for a new link", is_planned=True)
        case Silence():
            return Ending("nothing was heard from Webex for too long")
        case ConnectionClosed():
            return _closed(error)
        case ProxyRefused() | requests.exceptions.ProxyError():
            return PROXY
        case InvalidStatus() if error.response.status_code in (404, 410):
            return UNKNOWN_DEVICE
        case InvalidStatus():
            return _refused(error.response.status_code, error.response.headers.get("Retry-After"))
        case InvalidHandshake():
            return Ending("Webex's answer to the handshake was not understood")
        case DeviceServiceError() if error.is_crowded:
            return CROWDED
        case DeviceServiceError():
            return _refused(error.status, error.retry_after)
        case ssl.SSLCertVerificationError() | requests.exceptions.SSLError():
            return UNTRUSTED
        case TimeoutError() | requests.exceptions.Timeout():
            return Ending("Webex did not answer in time")
        case socket.gaierror():
            return Ending("the name of Webex's server was not found")
        case OSError():
            return Ending("Webex was not reached")
    return Ending(f"unexpected {type(error).__name__}")


def _closed(error: ConnectionClosed) -> Ending:
    if error.rcvd is None:
        return Ending("the link broke")
    return CLOSED.get(error.rcvd.code, Ending(f"Webex closed the link ({error.rcvd.code})"))


def _refused(status: int, retry_after: str | None) -> Ending:
    """A handshake or a registration that was turned down."""
    if status in (401, 403):
        return TOKEN_REFUSED
    if status == 407:
        return PROXY
    if status < 300:
        return Ending("Webex's answer to the registration was not understood")
    seconds = min(seconds_to_wait(retry_after) or 0.0, LONGEST_OBEYED_SECONDS)
    return Ending(f"Webex refused the link ({status})", retry_after=seconds)
