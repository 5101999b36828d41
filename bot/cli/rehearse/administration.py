"""Each of the admin APIs once, as a sync asks it: with the scope it needs, and what will not work without."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bot.admin_client import admin_client
from bot.cli.doctor.finding import Finding, ok, skipped
from bot.cli.rehearse import shapes
from bot.cli.rehearse.scene import Scene, Step
from bot.cli.rehearse.shapes import Shape, differences
from bot.cli.rehearse.trouble import Trouble
from helpdesk.directory import parts
from helpdesk.directory.parts import Part
from helpdesk.platform.identifiers import id_key
from helpdesk.platform.webex.client import WebexError, WebexForbidden, WebexUnauthorized
from helpdesk.sync import AdminTokenRefused
from helpdesk.sync.admin import AdminApi
from helpdesk.sync.settings import READABLE

Look = Callable[[AdminApi, Scene], Awaitable[list[Any]]]


async def organizations(scene: Scene) -> Finding:
    scene.admin = admin_client(scene.setup.settings, scene.client)
    if scene.admin is None:
        return skipped("no token to read customers with is set; they come from `helpdesk import` alone")
    found = await _asked(parts.ORGANIZATIONS, "no customer is found", AdminApi(scene.admin).organizations())
    if not found:
        raise Trouble("no organization", "The token sees no organization.", _scope(parts.ORGANIZATIONS))
    scene.customer = str(found[0].get("id") or "")
    scene.differences += differences("organizations", found[0], shapes.ORGANIZATION)
    return ok(f"organizations that the token sees: {len(found)}")


async def _first(pages: AsyncIterator[list[Any]]) -> list[Any]:
    return await anext(pages, [])


async def _roles(api: AdminApi, scene: Scene) -> list[Any]:
    return await api.roles()


async def _locations(api: AdminApi, scene: Scene) -> list[Any]:
    return [{"id": each, "name": name} for each, name in (await api.locations(scene.customer)).items()]


async def _workspaces(api: AdminApi, scene: Scene) -> list[Any]:
    assert scene.admin is not None  # noqa: S101 - the step needs the one before
    found = (await scene.admin.get("/workspaces", {"orgId": scene.customer, "max": "1"})).get("items")
    return found if isinstance(found, list) else []


async def _settings(api: AdminApi, scene: Scene) -> list[Any]:
    for key in READABLE:
        await api.setting(scene.customer, key)
    return []


_ASKED: tuple[tuple[Part, str, Look, Shape], ...] = (
    (parts.ROLES, "administrators are not told from users", _roles, shapes.NAMED),
    (parts.LOCATIONS, "numbers and people have no location", _locations, shapes.NAMED),
    (
        parts.LICENSES,
        "licenses, subscriptions and sites are missing",
        lambda api, scene: _first(api.licenses(scene.customer)),
        shapes.LICENSE,
    ),
    (parts.PEOPLE, "no user is found", lambda api, scene: _first(api.people(scene.customer)), shapes.PERSON),
    (
        parts.ACCOUNTS,
        "a user's status is not told",
        lambda api, scene: _first(api.accounts(id_key(scene.customer))),
        shapes.ACCOUNT,
    ),
    (parts.DEVICES, "no device is found", lambda api, scene: _first(api.devices(scene.customer)), shapes.DEVICE),
    (parts.WORKSPACES, "devices of rooms have no name of their room", _workspaces, shapes.WORKSPACE),
    (parts.NUMBERS, "no phone number is found", lambda api, scene: _first(api.numbers(scene.customer)), shapes.NUMBER),
    (parts.SETTINGS, "a customer's settings are missing", _settings, {}),
)


def _step(part: Part, lost: str, look: Look, shape: Shape) -> Step:
    async def act(scene: Scene) -> Finding:
        assert scene.admin is not None  # noqa: S101 - the step needs the one before
        found = await _asked(part, lost, look(AdminApi(scene.admin), scene))
        if found:
            scene.differences += differences(part.name, found[0], shape)
        return ok(f"read with {part.scope}")

    return Step(part.name, act, (parts.ORGANIZATIONS.name,), _scope(part))


async def _asked(part: Part, lost: str, asking: Awaitable[list[Any]]) -> list[Any]:
    try:
        return await asking
    except WebexUnauthorized:
        raise AdminTokenRefused from None
    except WebexForbidden:
        raise Trouble("webex 403", f"Webex refuses it (403). Without it, {lost}.", _scope(part)) from None
    except WebexError as error:
        status = error.status or "no answer"
        raise Trouble(
            f"webex {error.status or 'silent'}",
            f"Webex did not tell it ({status}). Without it, {lost}.",
            f"Try again; the scope it needs is {part.scope}.",
        ) from None


def _scope(part: Part) -> str:
    return (
        f"Give the integration or Service App the scope {part.scope}, and have a full administrator of the partner "
        "authorise it again in Control Hub."
    )


ADMINISTRATION = (
    Step(parts.ORGANIZATIONS.name, organizations, (), _scope(parts.ORGANIZATIONS)),
    *(_step(*each) for each in _ASKED),
)
