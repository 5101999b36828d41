"""Lists are filtered and paged as the official document says; what it does not know is refused."""

from typing import Any

import pytest

from playground.demo import demo_file
from playground.identifiers import uuid_in
from playground.partner import ServiceApp
from tests.playground.conftest import Rest, World

DATA = demo_file()
ACME = next(one["id"] for one in DATA["organizations"] if "acme" in one["sites"][0])
PEOPLE = [one for one in DATA["people"] if one["orgId"] == ACME]
DEVICES = [one for one in DATA["devices"] if one["orgId"] == ACME]
NUMBERS = [one for one in DATA["numbers"] if one["orgId"] == ACME]


@pytest.fixture
def app(world: World) -> ServiceApp:
    world.cloud.partner.fill(DATA)
    return world.cloud.add_service_app("Help desk reader")


async def ids(rest: Rest, app: ServiceApp, path: str) -> list[Any]:
    answer = await rest(app.account, "GET", path)
    assert answer.status == 200
    items = answer.body.get("items", answer.body.get("phoneNumbers", answer.body.get("Resources")))
    return [one.get("id", one.get("phoneNumber")) for one in items]


async def test_people_are_filtered(rest: Rest, app: ServiceApp) -> None:
    pat = next(one for one in PEOPLE if one["emails"][0].startswith("pat."))
    admin = next(one for one in PEOPLE if one.get("roles"))
    email = pat["emails"][0].upper()
    for scope in ("", f"&orgId={ACME}"):
        assert await ids(rest, app, f"/people?email={email}{scope}") == [pat["id"]]
        assert await ids(rest, app, f"/people?id={pat['id']},{admin['id']}{scope}&max=1000") == [
            one["id"] for one in PEOPLE if one in (pat, admin)
        ]
        found = await ids(rest, app, f"/people?displayName=Pat{scope}")
        assert pat["id"] in found
        assert len(found) < len(PEOPLE)
        assert admin["id"] in await ids(rest, app, f"/people?roles={admin['roles'][0]}{scope}")
    assert await ids(rest, app, f"/people?email=nobody@acme.example&orgId={ACME}") == []


async def test_what_was_not_asked_for_is_left_out(rest: Rest, app: ServiceApp) -> None:
    for wanted, more in ((False, ""), (True, "&callingData=true")):
        items = (await rest(app.account, "GET", f"/people?orgId={ACME}{more}&max=100")).body["items"]
        assert any("locationId" in one for one in items) is wanted
    items = (await rest(app.account, "GET", f"/people?orgId={ACME}&excludeStatus=true")).body["items"]
    assert not any("lastActivity" in one or "status" in one for one in items)


async def test_devices_are_filtered_paged_read_and_removed(rest: Rest, app: ServiceApp) -> None:
    one = next(one for one in DEVICES if one.get("mac") and one.get("personId"))
    mac = one["mac"].replace(":", "").lower()
    assert await ids(rest, app, f"/devices?orgId={ACME}&mac={mac}") == [one["id"]]
    assert await ids(rest, app, f"/devices?orgId={ACME}&serial={one['serial']}") == [one["id"]]
    assert one["id"] in await ids(rest, app, f"/devices?orgId={ACME}&personId={one['personId']}")
    everyone = await ids(rest, app, f"/devices?orgId={ACME}&max=1000")
    pages = [await ids(rest, app, f"/devices?orgId={ACME}&start={start}&max=2") for start in range(0, len(everyone), 2)]
    assert [key for page in pages for key in page] == everyone
    assert (await rest(app.account, "GET", f"/devices/{one['id']}")).body["serial"] == one["serial"]
    assert (await rest(app.account, "DELETE", f"/devices/{one['id']}?orgId={ACME}")).status == 204
    assert (await rest(app.account, "GET", f"/devices/{one['id']}")).status == 404
    assert one["id"] not in await ids(rest, app, f"/devices?orgId={ACME}&max=1000")


async def test_numbers_are_filtered_and_paged(rest: Rest, app: ServiceApp) -> None:
    one = next(one for one in NUMBERS if one.get("ownerId") and one.get("phoneNumber"))
    assert one["phoneNumber"] in await ids(
        rest, app, f"/telephony/config/numbers?orgId={ACME}&ownerId={one['ownerId']}"
    )
    number = one["phoneNumber"].removeprefix("+")
    assert await ids(rest, app, f"/telephony/config/numbers?orgId={ACME}&phoneNumber={number}") == [one["phoneNumber"]]
    assert len(await ids(rest, app, f"/telephony/config/numbers?orgId={ACME}&start=1&max=2")) == 2


async def test_single_records_are_read_by_administrators_alone(rest: Rest, app: ServiceApp, world: World) -> None:
    for kind in ("licenses", "roles", "locations", "workspaces"):
        scope = "" if kind == "roles" else f"?orgId={ACME}"
        found = await ids(rest, app, f"/{kind}{scope}")
        if kind == "workspaces" and not found:
            continue
        first = found[0]
        assert (await rest(app.account, "GET", f"/{kind}/{first}")).body["id"] == first
        assert (await rest(app.account, "GET", f"/{kind}/nothing")).status == 404
        if kind != "roles":
            assert (await rest(world.bot, "GET", f"/{kind}/{first}")).status in (403, 404)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ('userName eq "{email}"', 1),
        ('userName eq "{email}" and active eq true', 1),
        ('emails.value eq "{email}"', 1),
        ('userName sw "pat."', None),
        ('displayName co "nobody at all"', 0),
        ('userName ne ""', None),
    ],
)
async def test_scim_is_filtered(rest: Rest, app: ServiceApp, wanted: str, count: int | None) -> None:
    pat = next(one for one in PEOPLE if one["emails"][0].startswith("pat."))
    url = rest.url.removesuffix("/v1") + f"/identity/scim/{uuid_in(ACME)}/v2/Users"
    found = await rest(
        app.account, "GET", url, params={"filter": wanted.format(email=pat["emails"][0]), "count": "200"}
    )
    assert found.body["totalResults"] == len(found.body["Resources"])
    assert found.body["totalResults"] >= 1 if count is None else found.body["totalResults"] == count
    assert (await rest(app.account, "GET", url, params={"filter": "what about it"})).status == 400


async def test_rooms_and_memberships_are_made_changed_and_removed(rest: Rest, world: World) -> None:
    made = (await rest(world.ana, "POST", "/rooms", {"title": "Tuesday"})).body
    assert (await rest(world.ana, "PUT", f"/rooms/{made['id']}", {"title": "Wednesday"})).body["title"] == "Wednesday"
    joined = (await rest(world.ana, "POST", "/memberships", {"roomId": made["id"], "personId": world.bo.id})).body
    changed = await rest(world.ana, "PUT", f"/memberships/{joined['id']}", {"isModerator": True})
    assert changed.body["isModerator"] is True
    assert (await rest(world.ana, "PUT", f"/memberships/{joined['id']}", {})).status == 400
    assert (await rest(world.ana, "DELETE", f"/rooms/{made['id']}")).status == 204
    assert (await rest(world.ana, "GET", f"/rooms/{made['id']}")).status == 404
    direct = world.cloud.direct(world.ana, world.bot)
    assert (await rest(world.ana, "PUT", f"/rooms/{direct.id}", {"title": "x"})).status == 403


async def test_a_webhook_for_all_is_taken_where_webex_takes_it(rest: Rest, world: World) -> None:
    """Webex's guide has `all`, its document has not."""
    pairs = [("all", "all", 200), ("messages", "all", 200), ("all", "created", 400), ("nothing", "all", 400)]
    for resource, event, status in pairs:
        about = {"name": "x", "targetUrl": "http://127.0.0.1:9/hook", "resource": resource, "event": event}
        headers = {"Authorization": f"Bearer {world.bot.token}"}
        async with rest.session.post(f"{rest.url}/webhooks", json=about, headers=headers) as answer:
            assert answer.status == status, (resource, event)


async def test_a_mention_of_all_is_told_as_one_of_a_group(rest: Rest, world: World) -> None:
    written = (await rest(world.ana, "POST", "/messages", {"roomId": world.desk.id, "markdown": "<@all> hello"})).body
    read = (await rest(world.ana, "GET", f"/messages/{written['id']}")).body
    assert read["mentionedGroups"] == ["all"]
    assert read["text"] == "All hello"
    assert 'data-object-type="groupMention"' in read["html"]
