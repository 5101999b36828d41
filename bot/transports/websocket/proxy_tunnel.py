"""A way through an HTTP proxy for the websocket: its library sends a user and password as they stand in a URL."""

import asyncio
import base64
import re
import socket

from helpdesk.platform.proxies import Proxy

LONGEST_HEAD = 8_192
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")


class ProxyRefused(OSError):
    """The proxy does not let us through. `status` is None where it cannot be reached or understood."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__()
        self.status = status


async def open_tunnel(proxy: Proxy, host: str, port: int, seconds: float) -> socket.socket:
    """A connected socket to `host`; the caller closes it. Raises ProxyRefused, also after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            connected = await _connected(proxy)
            try:
                await _ask(connected, proxy, host, port)
            except BaseException:
                connected.close()
                raise
            return connected
    except ProxyRefused:
        raise
    except (OSError, TimeoutError):
        raise ProxyRefused from None


async def _connected(proxy: Proxy) -> socket.socket:
    loop, failure = asyncio.get_running_loop(), OSError()
    for family, kind, protocol, _, address in await loop.getaddrinfo(proxy.host, proxy.port, type=socket.SOCK_STREAM):
        trying = socket.socket(family, kind, protocol)
        trying.setblocking(False)
        try:
            await loop.sock_connect(trying, address)
        except OSError as error:
            trying.close()
            failure = error
        except BaseException:
            trying.close()
            raise
        else:
            return trying
    raise failure


async def _ask(connected: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    there = f"{f'[{host}]' if ':' in host else host}:{port}"
    lines = [f"CONNECT {there} HTTP/1.1", f"Host: {there}"]
    if proxy.user:
        login = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {login}")
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connected, ("\r\n".join(lines) + "\r\n\r\n").encode())
    head = b""
    while b"\r\n\r\n" not in head:
        more = await loop.sock_recv(connected, 1024)
        head += more
        if not more or len(head) > LONGEST_HEAD:
            raise ProxyRefused
    status = _STATUS.match(head)
    # Behind the head nothing may come: the other side speaks second.
    if status is None or not head.endswith(b"\r\n\r\n") or status[1] != b"200":
        raise ProxyRefused(int(status[1]) if status else None)
