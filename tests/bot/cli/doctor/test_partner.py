"""Who counts as the partner's own, and desk spaces that let in anybody else."""

from typing import Any

import pytest

from playground.cloud import Cloud
from playground.identifiers import identifier, new_uuid
from playground.rest import answers
from tests.bot.cli.doctor.consultation import Doctor

ANA = "ana.ruiz@partner.example"
OTHER = identifier("ORGANIZATION", new_uuid())


def variables(cloud: Cloud, token: str, **more: str) -> dict[str, str]:
    return {"WEBEX_ACCESS_TOKEN": token, "HELPDESK_WEBEX_URL": cloud.url, **more}


async def test_the_partner_is_told_by_the_bots_organization_and_those_set(doctor: Doctor) -> None:
    cloud = Cloud()
    bot = cloud.add_bot("Help Desk")
    async with cloud.serve():
        assert (await doctor("partner", **variables(cloud, bot.token)))["partner"] == "ok told by organization: 1"
        found = await doctor("partner", **variables(cloud, bot.token, HELPDESK_PARTNER_ORGS=OTHER))
        assert found["partner"] == "ok told by organization: 2"


async def test_where_nothing_tells_the_partner_that_is_said(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud, known = Cloud(), answers.person
    bot = cloud.add_bot("Help Desk")
    monkeypatch.setattr(answers, "person", lambda one: {**known(one), "orgId": None})
    async with cloud.serve():
        found = await doctor("partner", **variables(cloud, bot.token))
        assert found["partner"].startswith("warning Webex does not tell the bot's organization: being in a desk space")
        found = await doctor("partner", **variables(cloud, bot.token, HELPDESK_PARTNER_DOMAINS="partner.example"))
        assert found["partner"] == "ok told by domain: 1"


async def test_an_administrator_who_would_be_refused_is_told_by_their_place(doctor: Doctor) -> None:
    cloud = Cloud()
    bot = cloud.add_bot("Help Desk")
    cloud.add_person("Ana Ruiz", ANA, OTHER)
    cloud.add_person("Bo Larsen", "bo@partner.example")
    async with cloud.serve():
        admins = {"HELPDESK_PARTNER_ADMINS": f"bo@partner.example,{ANA}"}
        found = await doctor("partner", **variables(cloud, bot.token, **admins))
        assert found["partner"].startswith("warning Address 2 of HELPDESK_PARTNER_ADMINS is an account of another")
        found = await doctor("partner", **variables(cloud, bot.token, HELPDESK_PARTNER_ORGS=OTHER, **admins))
        assert found["partner"].startswith("ok")


async def test_desk_spaces_that_anybody_invites_into_or_with_outsiders_are_told_by_their_place(doctor: Doctor) -> None:
    cloud = Cloud()
    bot, ana = cloud.add_bot("Help Desk"), cloud.add_person("Ana Ruiz", ANA)
    guest = cloud.add_person("Kim Stranger", "kim@elsewhere.example", OTHER)
    closed, unlocked, visited = (cloud.add_space(name, [ana, bot]) for name in ("Closed", "Open", "Visited"))
    closed.is_locked = visited.is_locked = True
    cloud.join(guest, visited)
    wanted: dict[str, Any] = {"HELPDESK_DESK_SPACES": f"{closed.id},{unlocked.id},{visited.id}"}
    async with cloud.serve():
        found = (await doctor("desk spaces", **variables(cloud, bot.token, **wanted)))["desk spaces"]
    assert found.startswith("warning Anybody in them may invite others into space 2 of HELPDESK_DESK_SPACES. There are")
    assert "people who are not the partner's in space 3 of HELPDESK_DESK_SPACES." in found
