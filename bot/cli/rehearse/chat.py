"""The steps in Webex: who is there, a card whose button is pressed, a word, a file and an edit in its thread."""

from bot.cli.doctor.finding import Finding, ok, warning
from bot.cli.rehearse.scene import Scene
from bot.cli.rehearse.shapes import ACTION, MESSAGE, PERSON, differences
from bot.cli.rehearse.trouble import Trouble
from bot.http.bodies import LARGEST_BODY
from bot.webex.files import WebexAttachments
from bot.webex.messages import CARD_TYPE
from cards import elements
from helpdesk.platform.attachments import TooLarge
from helpdesk.platform.identifiers import id_key

PRESS = "rehearsal.press"


async def person(scene: Scene) -> Finding:
    """Who it is that is asked to press and type, and whose organization the bot's is."""
    me = await scene.client.get("/people/me")
    scene.differences += differences("GET /people/me", me, PERSON)
    found = (await scene.client.get("/people", {"email": scene.email})).get("items") or []
    if not found:
        raise Trouble("unknown person", "Webex knows nobody with this address.", "Give the address they sign in with.")
    scene.differences += differences("GET /people", found[0], PERSON)
    scene.person = id_key(str(found[0].get("id") or ""))
    own, theirs = (id_key(str(each.get("orgId") or "")) for each in (me, found[0]))
    if not own:
        return warning(
            "Webex does not tell the bot's organization.",
            "Set HELPDESK_PARTNER_ORGS or HELPDESK_PARTNER_DOMAINS, else being in a desk space makes nobody an agent.",
        )
    if theirs != own and theirs not in scene.setup.settings.partner_orgs:
        return warning(
            "The person is of another organization than the bot.", "If that is yours too, set HELPDESK_PARTNER_ORGS."
        )
    return ok("known to Webex, and of the bot's organization")


async def card(scene: Scene) -> Finding:
    shown = elements.card(
        elements.heading("Rehearsal of the help desk"),
        elements.text("Press the button. What else to do comes in this thread."),
        buttons=[elements.button("It works", PRESS, is_main=True)],
    )
    body = {
        "toPersonEmail": scene.email,
        "text": shown.plain,
        "attachments": [{"contentType": CARD_TYPE, "content": shown.json}],
    }
    posted = await scene.client.post("/messages", body)
    scene.root, scene.space = str(posted.get("id", "")), str(posted.get("roomId", ""))
    scene.posted.append(scene.root)
    scene.differences += differences("POST /messages", posted, MESSAGE)
    scene.tell(f"         -> In Webex, press the button of the bot's card ({scene.wait_seconds:.0f} s).")
    return ok("posted 1:1")


async def button(scene: Scene) -> Finding:
    async def wanted() -> Finding:
        while True:
            pressed = await scene.pressed()
            if pressed.message_id == scene.root:
                break
        raw = await scene.client.get(f"/attachment/actions/{pressed.id}")
        scene.differences += differences("GET /attachment/actions/{id}", raw, ACTION)
        if pressed.action != PRESS:
            raise Trouble("other data", "The press came without what the button carries.", "Please report it.")
        return ok("pressed, told and read")

    return await scene.waiting(wanted(), "No press of the button was told")


async def word(scene: Scene) -> Finding:
    await scene.ask("Type any word in this thread (Reply to thread).")

    async def wanted() -> Finding:
        scene.word = typed = await scene.typed()
        if typed.thread_id != scene.root:
            return warning("Told and read, but it was typed outside of the thread.", "Nothing is wrong with the desk.")
        return ok(f"told and read: {len(typed.text)} characters, in the thread")

    return await scene.waiting(wanted(), "No word was told")


async def file(scene: Scene) -> Finding:
    await scene.ask("Attach any small file here, such as a CSV file.")

    async def wanted() -> Finding:
        while not (typed := await scene.typed()).files:
            continue
        try:
            read = await WebexAttachments(scene.client).read(typed.files[0], LARGEST_BODY)
        except TooLarge:
            return warning("Told, and larger than is read here.", "Take a smaller one to see it read.")
        return ok(f"told and read: {len(read.content)} bytes")

    return await scene.waiting(wanted(), "No file was told")


async def edit(scene: Scene) -> Finding:
    await scene.ask("Edit the word that you typed (Edit message), and save it.")

    async def wanted() -> Finding:
        typed = await scene.typed(is_edit=True)
        before = scene.word
        if before and typed.id == before.id and typed.text == before.text:
            return warning("Told, but the words are as before.", "Change them to see it work.")
        return ok("told and read")

    return await scene.waiting(wanted(), "No edit was told")
