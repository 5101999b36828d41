"""The lists of a customer: who and what there is."""

from collections.abc import Mapping, Sequence

from yarl import URL

from bot.pages.view.frame import SECTIONS, Look, ViewPage
from bot.pages.view.tables import Cell, Row, place_in, written
from cards.device import state
from cards.found import shown_as
from cards.order import used
from cards.organization import domain_status
from cards.words import NUMBER_STATE, OWNER, USER_STATUS
from helpdesk.directory.details import user_status
from helpdesk.directory.inside import Place
from helpdesk.directory.phones import shown
from helpdesk.directory.reading import LONGEST
from helpdesk.platform.store.tables.directory import Person


async def users(look: Look) -> ViewPage:
    say, text = look.say, look.request.query.get("q", "")[:LONGEST].strip()
    after = place_in(look.request)
    found = await (look.inside.users_like(text, after) if text else look.inside.users(after))
    query = {"q": text} if text else {}
    return _list(
        look,
        "users",
        [say("Name"), say("Email"), say("Status"), say("Last activity")],
        [_user(look, person) for person in found.rows],
        found.next,
        query,
    )


async def devices(look: Look) -> ViewPage:
    say = look.say
    found = await look.inside.devices(place_in(look.request))
    rows = [
        [
            Cell(each.thing.display_name or each.thing.product or say("Device")),
            Cell(state(each.thing, say)),
            Cell(each.owner, _user_link(look, each.owner_id)),
            Cell(each.thing.product or ""),
            Cell(each.thing.serial or ""),
            Cell(each.thing.mac or ""),
            Cell(each.thing.location or ""),
        ]
        for each in found.rows
    ]
    columns = [say("Name"), say("State"), say("User"), say("Product")]
    columns += [say("Serial number"), say("MAC address"), say("Where")]
    return _list(look, "devices", columns, rows, found.next)


async def numbers(look: Look) -> ViewPage:
    say = look.say
    found = await look.inside.numbers(place_in(look.request))
    rows = [
        [
            Cell(shown(each.thing.phone_number)),
            Cell(each.owner or shown_as(OWNER, each.thing.owner_type, say), _user_link(look, each.owner_id)),
            Cell(each.thing.extension or ""),
            Cell(shown_as(NUMBER_STATE, each.thing.state, say)),
            Cell(each.thing.location or ""),
        ]
        for each in found.rows
    ]
    columns = [say("Number"), say("Whose it is"), say("Extension"), say("State"), say("Where")]
    return _list(look, "numbers", columns, rows, found.next)


async def licenses(look: Look) -> ViewPage:
    say = look.say
    rows = [
        [Cell(each.name), Cell(used(each, say)), Cell(each.subscription_id or ""), Cell(each.site_url or "")]
        for each in await look.inside.licenses()
    ]
    return _list(look, "licenses", [say("License"), say("Units"), say("Subscription"), say("Site")], rows)


async def sites(look: Look) -> ViewPage:
    rows = [[Cell(each.url)] for each in await look.inside.sites()]
    return _list(look, "sites", [look.say("Site")], rows)


async def domains(look: Look) -> ViewPage:
    say = look.say
    rows = [[Cell(each.domain), Cell(domain_status(each.status, say))] for each in await look.inside.domains()]
    return _list(look, "domains", [say("Domain"), say("Status")], rows)


async def administrators(look: Look) -> ViewPage:
    say = look.say
    found = await look.inside.administrators(place_in(look.request))
    rows = [
        [Cell(each.name, _user_link(look, each.person_id)), Cell(each.email), Cell(each.role)] for each in found.rows
    ]
    return _list(look, "administrators", [say("Name"), say("Email"), say("Role")], rows, found.next)


def _user(look: Look, person: Person) -> Row:
    say = look.say
    return [
        Cell(person.display_name, _user_link(look, person.id)),
        Cell(person.email),
        Cell(say(USER_STATUS[user_status(person)])),
        Cell(say.time(person.last_activity) if person.last_activity else say("none known")),
    ]


def _user_link(look: Look, person_id: str | None) -> str:
    return look.path("users", person_id) if person_id else ""


_NO_QUERY: Mapping[str, str] = {}


def _list(
    look: Look,
    section: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    following: Place | None = None,
    query: Mapping[str, str] = _NO_QUERY,
) -> ViewPage:
    """`following` is where the next page begins, of the same `query`."""
    here = look.path(section)
    context = {
        "columns": columns,
        "rows": rows,
        "here": here,
        "text": query.get("q", ""),
        "first_page": str(URL(here).with_query(query)) if place_in(look.request) else "",
        "next_page": str(URL(here).with_query({**query, "after": written(following)})) if following else "",
    }
    template = "view/users.html.j2" if section == "users" else "view/list.html.j2"
    what = f"{section}, searched" if query else section
    return ViewPage(template, section, look.say(SECTIONS[section]), context, what)
