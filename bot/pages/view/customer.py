"""A customer as a whole, how it is set up, and one of its users."""

from bot.pages.view.frame import SECTIONS, Look, ViewPage
from cards import organization as organization_card
from cards import person as person_card
from cards.rest import TITLE
from cards.words import USER_STATUS
from helpdesk.directory import NotFound, PersonDetails
from helpdesk.platform.language import Language


async def overview(look: Look) -> ViewPage:
    found = await look.inside.details()
    lists = {"facts": organization_card.overview(found, look.say), "lists": []}
    return ViewPage("view/facts.html.j2", "", look.viewing.organization.display_name, lists, "overview")


async def settings(look: Look) -> ViewPage:
    facts = organization_card.settings_of(look.viewing.organization, look.say)
    title = SECTIONS["settings"]
    return ViewPage("view/facts.html.j2", "settings", look.say(title), {"facts": facts, "lists": []}, "settings")


async def user(look: Look) -> ViewPage:
    person_id = look.request.match_info["person"]
    if not person_id.isprintable():  # what PostgreSQL would refuse to look for
        raise NotFound
    found = await look.inside.user(person_id)
    person = found.person
    context = {"facts": _facts(found, look.say), "lists": _lists(found, look.say)}
    return ViewPage("view/facts.html.j2", "users", person.display_name, context, "user", person.email)


def _facts(found: PersonDetails, say: Language) -> list[tuple[str, str]]:
    person = found.person
    return [
        (say("Email"), ", ".join(found.emails)),
        (say("Status"), say(USER_STATUS[found.status])),
        (say("Roles"), ", ".join(found.roles) or say("none")),
        (say("Created"), say.date(person.created) if person.created else say("not known")),
        (say("Last activity"), say.time(person.last_activity) if person.last_activity else say("none known")),
        (say("Extension"), person.extension or ""),
        (say("Where"), person.location or ""),
        (say("User id"), person.id),
    ]


def _lists(found: PersonDetails, say: Language) -> list[tuple[str, list[str]]]:
    """Titles with lines."""
    return [(say(TITLE[part]), list(lines)) for part, lines in person_card.parts(found, say).items()]
