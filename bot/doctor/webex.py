"""The bot's token, and the spaces that make people agents."""

from bot.doctor.asking import Answer, ask
from bot.doctor.finding import Finding, Problem, Setup, ok, skipped

_NEW_TOKEN = "Copy it again from developer.webex.com (My Webex Apps), or make a new one there."  # noqa: S105


async def token(setup: Setup) -> Finding:
    answer = await _ask(setup, "/people/me")
    me = answer.content
    if answer.status == 401:
        raise Problem("Webex refused the token in WEBEX_ACCESS_TOKEN (401).", _NEW_TOKEN)
    if answer.status != 200 or "id" not in me:
        raise Problem(
            f"{setup.settings.webex_url} answered {answer.status}, and not as Webex does.",
            "Check HELPDESK_WEBEX_URL; if it is right, see status.webex.com.",
        )
    who = f"{me.get('displayName', '')} ({', '.join(map(str, me.get('emails') or ()))})"
    if me.get("type") != "bot":
        raise Problem(
            f"The token in WEBEX_ACCESS_TOKEN is that of {who}, who is no bot.",
            "Use a bot's token: with a person's, the desk would read all that they write, until they sign out.",
        )
    return ok(who)


async def desk_spaces(setup: Setup) -> Finding:
    spaces = setup.settings.desk_spaces
    if not spaces:
        return skipped("HELPDESK_DESK_SPACES names none")
    for position, space in enumerate(spaces, 1):
        answer = await _ask(setup, f"/rooms/{space}")
        if answer.status != 200:
            raise Problem(
                f"The bot does not see space {position} of HELPDESK_DESK_SPACES (Webex answered {answer.status}).",
                "Check its id, and add the bot to the space.",
            )
    return ok(f"the bot is in each of them: {len(spaces)}")


async def _ask(setup: Setup, path: str) -> Answer:
    settings = setup.settings
    return await ask(setup.session, settings.webex_url + path, settings.webex_access_token.get_secret_value())
