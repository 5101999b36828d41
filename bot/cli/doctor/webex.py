"""The bot's token, and what is asked with it."""

from bot.cli.doctor.asking import HttpAnswer, ask
from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok

_NEW_TOKEN = "Copy it again from developer.webex.com (My Webex Apps), or make a new one there."  # noqa: S105


async def token(setup: Setup) -> Finding:
    answer = await ask_webex(setup, "/people/me")
    me = answer.content
    if answer.status == 401:
        raise CheckFailed("Webex refused the token in WEBEX_ACCESS_TOKEN (401).", _NEW_TOKEN)
    if answer.status != 200 or "id" not in me:
        raise CheckFailed(
            f"{setup.settings.webex_url} answered {answer.status}, and not as Webex does.",
            "Check HELPDESK_WEBEX_URL; if it is right, see status.webex.com.",
        )
    who = f"{me.get('displayName', '')} ({', '.join(map(str, me.get('emails') or ()))})"
    if me.get("type") != "bot":
        raise CheckFailed(
            f"The token in WEBEX_ACCESS_TOKEN is that of {who}, who is no bot.",
            "Use a bot's token: with a person's, the desk would read all that they write, until they sign out.",
        )
    return ok(who)


async def ask_webex(setup: Setup, path: str, **params: str) -> HttpAnswer:
    settings = setup.settings
    return await ask(setup.session, settings.webex_url + path, settings.webex_access_token.get_secret_value(), **params)
