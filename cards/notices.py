"""What partner administrators are told 1:1 without having asked: a block for each notice, on one card."""

from collections.abc import Callable, Mapping, Sequence

from cards.elements import Card, Element, Tone, card, heading, section, text
from helpdesk.people.notices import KeptNotice, Notice
from helpdesk.platform.language import Language, Text

# Said where the desk writes to somebody for the first time.
WELCOME = Text("You are a partner administrator of this desk. What you should know about it is told here.")

Block = tuple[str, str]  # what happened, and what to do about it


def told(notices: Sequence[KeptNotice], say: Language) -> Card:
    """`notices` are in order of time, and at least one."""
    title = say.many(
        "{count} notice for partner administrators", "{count} notices for partner administrators", len(notices)
    )
    return card(heading(title), *[_block(each, say) for each in notices])


def _block(notice: KeptNotice, say: Language) -> list[Element]:
    happened, advice = BLOCKS[notice.kind](notice.about, say)
    return [section(happened), text(advice), text(say.time(notice.at), Tone.SUBTLE)]


def _new_agent(about: Mapping[str, str], say: Language) -> Block:
    email, how = about.get("email", ""), about.get("how", "")
    happened = (
        say("{email} used the desk for the first time, as a member of a desk space", email=email)
        if how == "membership"
        else say("{email} used the desk for the first time, as a named agent", email=email)
    )
    return happened, say("If that is not wanted: agents remove {email}", email=email)


def _second_account(about: Mapping[str, str], say: Language) -> Block:
    email = about.get("email", "")
    if about.get("why") == "organization":
        return (
            say("An account of another organization came with the address {email} and was refused", email=email),
            say("If that organization belongs to you, the operator adds it to HELPDESK_PARTNER_ORGS."),
        )
    return (
        say("Another account came with the address {email} and was refused", email=email),
        say("If it is theirs and was made anew: agents release {email}", email=email),
    )


def _audit_head(about: Mapping[str, str], say: Language) -> Block:
    return (
        say("The audit has {count} rows; its head: {head}", count=about.get("rows", ""), head=about.get("head", "")),
        say("Keep this message. To compare: helpdesk audit verify --kept {head}", head=about.get("head", "")),
    )


def _wrong_codes(about: Mapping[str, str], say: Language) -> Block:
    email = about.get("email", "")
    return (
        say("{email} entered {count} wrong codes within an hour", email=email, count=about.get("count", "")),
        say("Their codes are locked for an hour. Ask them why; what they did: audit, “Everybody’s”."),
    )


BLOCKS: Mapping[Notice, Callable[[Mapping[str, str], Language], Block]] = {
    Notice.NEW_AGENT: _new_agent,
    Notice.SECOND_ACCOUNT: _second_account,
    Notice.AUDIT_HEAD: _audit_head,
    Notice.WRONG_CODES: _wrong_codes,
}
