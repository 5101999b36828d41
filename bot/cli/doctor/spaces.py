"""The spaces that make people agents: the bot is in them, not everyone may invite, and nobody else is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok, skipped, warning
from bot.cli.doctor.partner import partner_of
from bot.cli.doctor.webex import ask_webex
from bot.webex.messages import MOST_MEMBERS
from helpdesk.people.partner import Partner
from helpdesk.platform.identifiers import id_key

NAME = "HELPDESK_DESK_SPACES"


async def desk_spaces(setup: Setup) -> Finding:
    spaces = setup.settings.desk_spaces
    if not spaces:
        return skipped(f"{NAME} names none")
    partner, me = await partner_of(setup)
    open_to_all, with_outsiders = [], []
    for position, space in enumerate(spaces, 1):
        answer = await ask_webex(setup, f"/rooms/{space}")
        if answer.status != 200:
            raise CheckFailed(
                f"The bot does not see space {position} of {NAME} (Webex answered {answer.status}).",
                "Check its id, and add the bot to the space.",
            )
        members = await _members(setup, space)
        if answer.content.get("isLocked") is not True:
            open_to_all.append(position)
        if [each for each in members if await _is_outsider(each, me, partner)]:
            with_outsiders.append(position)
    return _finding(len(spaces), open_to_all, with_outsiders)


async def _members(setup: Setup, space: str) -> Sequence[Mapping[str, Any]]:
    answer = await ask_webex(setup, "/memberships", roomId=space, max=MOST_MEMBERS)
    items = answer.content.get("items")
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


async def _is_outsider(member: Mapping[str, Any], me: str, partner: Partner) -> bool:
    if id_key(str(member.get("personId", ""))) == me:
        return False
    return not await partner.has(id_key(str(member.get("personOrgId") or "")), str(member.get("personEmail") or ""))


def _finding(count: int, open_to_all: Sequence[int], with_outsiders: Sequence[int]) -> Finding:
    found, advice = [], []
    if open_to_all:
        found.append(f"Anybody in them may invite others into {_numbered(open_to_all)}.")
        advice.append("Moderate them in Webex.")
    if with_outsiders:
        found.append(f"There are people who are not the partner's in {_numbered(with_outsiders)}.")
        advice.append("Take them out: with them there, answers go 1:1.")
    if found:
        return warning(" ".join(found), " ".join(advice))
    return ok(f"the bot is in each of them, moderated and without outsiders: {count}")


def _numbered(positions: Sequence[int]) -> str:
    return f"space {', '.join(map(str, positions))} of {NAME}"
