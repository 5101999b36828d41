"""Whether the token that customers are read with works is told in advance, with what to do about it."""

from playground.cloud import Cloud
from tests.bot.cli.doctor.consultation import Doctor
from tests.helpdesk.sync.partner import file


def variables(cloud: Cloud) -> dict[str, str]:
    app = cloud.partner.apps[0]
    return {
        "HELPDESK_WEBEX_URL": cloud.url,
        "WEBEX_CLIENT_ID": app.client_id,
        "WEBEX_CLIENT_SECRET": app.client_secret,
        "WEBEX_REFRESH_TOKEN": app.refresh_token,
    }


def partner_cloud() -> Cloud:
    cloud = Cloud()
    cloud.add_service_app("Help desk reader")
    cloud.partner.fill(file(3, 1))
    return cloud


async def test_a_token_that_works_is_told_by_how_many_customers_it_sees(doctor: Doctor) -> None:
    cloud = partner_cloud()
    async with cloud.serve():
        found = await doctor("customers", **variables(cloud))
    assert found["customers"] == "ok organizations that the token sees: 3"


async def test_a_refused_refresh_token_says_what_to_make_anew(doctor: Doctor) -> None:
    cloud = partner_cloud()
    async with cloud.serve():
        found = await doctor("customers", **(variables(cloud) | {"WEBEX_REFRESH_TOKEN": "a-token-that-was-revoked"}))
    assert found["customers"].startswith("FAILED Webex refused the token that customers are read with. Make a new one")


async def test_a_trial_token_that_ended_is_told_alike(doctor: Doctor) -> None:
    cloud = partner_cloud()
    async with cloud.serve():
        found = await doctor("customers", HELPDESK_WEBEX_URL=cloud.url, WEBEX_ADMIN_TOKEN="a-token-that-ended")
    assert found["customers"].startswith("FAILED Webex refused the token that customers are read with.")


async def test_a_token_that_sees_nobody_says_which_scope_it_needs(doctor: Doctor) -> None:
    cloud = partner_cloud()
    cloud.partner.organizations.clear()
    async with cloud.serve():
        found = await doctor("customers", **variables(cloud))
    assert found["customers"].startswith("FAILED The token sees no organization.")
    assert "spark-admin:organizations_read" in found["customers"]


async def test_without_a_token_nothing_is_asked(doctor: Doctor) -> None:
    found = await doctor("customers", HELPDESK_WEBEX_URL="http://127.0.0.1:9/v1")
    assert found["customers"].startswith("skipped no token to read customers with")
