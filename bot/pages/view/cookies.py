"""What a browser is known by: a secret in a cookie that no script reads and no other site can have sent."""

import hashlib
import hmac
from datetime import timedelta

from aiohttp import web

from bot.pages.ground import SITE


def set_secret(request: web.Request, response: web.Response, name: str, secret: str, life: timedelta) -> None:
    is_https = request.config_dict[SITE].is_https
    response.set_cookie(
        _named(name, is_https),
        secret,
        max_age=int(life.total_seconds()),
        path="/",
        secure=is_https,
        httponly=True,
        samesite="Strict",
    )


def secret_of(request: web.Request, name: str) -> str:
    """Empty for none."""
    return request.cookies.get(_named(name, request.config_dict[SITE].is_https), "")


def proof(request: web.Request, secret: str) -> str:
    """A secret as this browser shows it. The same cookie out of a browser that calls itself something else is none."""
    return f"{secret} {request.headers.get('User-Agent', '')}"


def forget(request: web.Request, response: web.Response, name: str) -> None:
    is_https = request.config_dict[SITE].is_https
    response.del_cookie(_named(name, is_https), path="/", secure=is_https, httponly=True, samesite="Strict")


def form_key(secret: str, about: str) -> str:
    """What a form of ours holds, so that only who has the secret, and the page before it, can send it."""
    return hmac.new(secret.encode(), about.encode(), hashlib.sha256).hexdigest()


async def is_from_our_form(request: web.Request, secret: str, about: str) -> bool:
    form = await request.post()
    return bool(secret) and hmac.compare_digest(str(form.get("key", "")).encode(), form_key(secret, about).encode())


def _named(name: str, is_https: bool) -> str:
    # With this prefix, browsers take it from this very host alone, and over https.
    return f"__Host-{name}" if is_https else name
