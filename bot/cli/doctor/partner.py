"""Who counts as the partner's own people, and whether the administrators of the settings are among them."""

from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok, skipped, warning
from bot.cli.doctor.webex import ask_webex
from helpdesk.people.partner import Partner
from helpdesk.platform.identifiers import id_key


async def partner_of(setup: Setup) -> tuple[Partner, str]:
    """The partner as the desk will know it, and the key of the bot's own id."""
    me = (await ask_webex(setup, "/people/me")).content
    organization = id_key(str(me.get("orgId") or ""))

    async def own() -> str:
        return organization

    settings = setup.settings
    return Partner(settings.partner_orgs, settings.partner_domains, own), id_key(str(me.get("id") or ""))


async def partner(setup: Setup) -> Finding:
    settings = setup.settings
    try:
        found, me = await partner_of(setup)
    except CheckFailed:
        me = ""
    if not me:
        return skipped("until Webex tells who the bot is")
    organizations = await found.organizations()
    if not organizations and not settings.partner_domains:
        return warning(
            "Webex does not tell the bot's organization: being in a desk space makes nobody an agent.",
            "Set HELPDESK_PARTNER_ORGS or HELPDESK_PARTNER_DOMAINS.",
        )
    admins = settings.partner_admins
    foreign = [str(place) for place, email in enumerate(admins, 1) if await _is_foreign(setup, found, email)]
    if foreign:
        return warning(
            f"Address {', '.join(foreign)} of HELPDESK_PARTNER_ADMINS is an account of another organization: refused.",
            "If that is yours too, add it to HELPDESK_PARTNER_ORGS.",
        )
    if not organizations:
        return ok(f"told by domain: {len(settings.partner_domains)}")
    return ok(f"told by organization: {len(organizations)}")


async def _is_foreign(setup: Setup, partner: Partner, email: str) -> bool:
    answer = await ask_webex(setup, "/people", email=email)
    items = answer.content.get("items")
    known = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    return any([await partner.is_foreign(id_key(str(each.get("orgId") or ""))) for each in known])
