"""The steps of mail: a code that the person reads back, and a mail to nobody that must come back."""

import asyncio
import secrets

from bot.cli.doctor.finding import Finding, ok, skipped, warning
from bot.cli.rehearse.catching import Catcher
from bot.cli.rehearse.scene import Scene
from bot.cli.rehearse.trouble import Trouble
from bot.settings import Settings
from helpdesk.mail import Mail, MailRefused, MailUnavailable
from helpdesk.mail.bounces import new_token
from helpdesk.mail.smtp import SmtpMailer, parse_smtp_url
from helpdesk.platform.language import ENGLISH

_CHECK_SMTP = "Check HELPDESK_SMTP_URL and HELPDESK_MAIL_FROM; helpdesk doctor looks at the server alone."
_TRIES = 3


async def mail(scene: Scene) -> Finding:
    mailer = _mailer(scene.setup.settings)
    if mailer is None:
        return skipped("HELPDESK_SMTP_URL and HELPDESK_MAIL_FROM are not set: no code can be mailed")
    code = f"{secrets.randbelow(1_000_000):06}"
    await _send(mailer, _letter(scene.email, f"Your rehearsal code is {code}. Type it in the bot's thread in Webex."))
    await scene.ask("A mail with a code of six digits went to you. Type the code here.")

    async def wanted() -> Finding:
        for _ in range(_TRIES):
            if (await scene.typed()).text.strip().endswith(code):
                return ok("arrived, and its code was typed")
        raise Trouble(
            "wrong code", "What was typed is not the code.", "Was it the newest mail? Is there one in the spam folder?"
        )

    return await scene.waiting(wanted(), "No code was typed")


async def bounce(scene: Scene) -> Finding:
    settings = scene.setup.settings
    if settings.bounce_address is None:
        return skipped("HELPDESK_BOUNCE_ADDRESS is not set: nobody tells of mails that come back")
    mailer = _mailer(settings)
    if mailer is None:
        return skipped("without a mail server nothing comes back")
    nobody = f"rehearsal-{secrets.token_hex(8)}@{scene.email.rpartition('@')[2]}"
    token = new_token()
    catcher = scene.catcher or Catcher(scene.setup.store, settings.bounce_address)
    catcher.wait_for(token, nobody)
    await catcher.listen(settings, scene.stack)
    try:
        await mailer.send(_letter(nobody, "Nobody reads this: it is to come back.", token))
    except MailRefused:
        return ok("the mail server refused the address at once; what comes back later was not tried")
    except MailUnavailable as error:
        raise Trouble("no mail server", f"The mail was not taken: {ENGLISH(error.cause)}.", _CHECK_SMTP) from None
    scene.tell(f"         -> A mail to nobody went out; what comes back is waited for ({scene.wait_seconds:.0f} s).")
    try:
        async with asyncio.timeout(scene.wait_seconds):
            fate = await catcher.fate
    except TimeoutError:
        raise Trouble(
            "no bounce",
            f"Nothing came back within {scene.wait_seconds:.0f} s.",
            "Have the mail server hand what comes to HELPDESK_BOUNCE_ADDRESS, with + and a token in it, to the desk: "
            "docs/mail.md. A helpdesk run that goes on meanwhile takes it.",
        ) from None
    if fate is None:
        return warning("It came back, in words that are not understood.", "Please report it, with such a mail.")
    return ok(f"it came back, and was read: {fate.status} {fate.code or 'without a code'}")


def _mailer(settings: Settings) -> SmtpMailer | None:
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return SmtpMailer(parse_smtp_url(settings.smtp_url.get_secret_value()), settings.mail_from, settings.bounce_address)


async def _send(mailer: SmtpMailer, letter: Mail) -> None:
    try:
        await mailer.send(letter)
    except MailRefused as error:
        advice = "Check the address, and that the server lets this user send as HELPDESK_MAIL_FROM."
        raise Trouble("mail refused", f"The mail server refused the mail: {error.answer}.", advice) from None
    except MailUnavailable as error:
        raise Trouble("no mail server", f"The mail was not taken: {ENGLISH(error.cause)}.", _CHECK_SMTP) from None


def _letter(to: str, words: str, token: str = "") -> Mail:
    return Mail(to, "Rehearsal of the help desk", f"{words}\n", f"<p>{words}</p>\n", token)
