"""Whether Webex knows the addresses that are to be the first administrators."""

from bot.cli.doctor.finding import Check, CheckFailed, Finding, Setup, ok
from bot.cli.doctor.webex import ask_webex


async def known(setup: Setup) -> Finding:
    """By their places in the list: an address is nobody's business in what is copied from a terminal."""
    unknown = []
    for place, email in enumerate(setup.settings.partner_admins, 1):
        answer = await ask_webex(setup, "/people", email=email)
        if answer.status != 200:
            raise CheckFailed(
                f"Webex answered {answer.status} when asked for address {place}.", "See the token's check."
            )
        if not answer.content.get("items"):
            unknown.append(str(place))
    if unknown:
        raise CheckFailed(
            f"Webex knows nobody with address {', '.join(unknown)}.",
            "Check how it is spelt: it is the address that they sign in to Webex with.",
        )
    return ok(f"Webex knows all of them: {len(setup.settings.partner_admins)}")


ADMINISTRATORS = Check("administrators", known, ("WEBEX_ACCESS_TOKEN", "HELPDESK_PARTNER_ADMINS"))
