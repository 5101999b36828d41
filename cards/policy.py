"""Which acts need a proven caller, and after which the user is told: as it stands, and the form that changes it."""

from collections.abc import Mapping

from cards.elements import Card, Element, Tone, button, card, choice, facts, heading, line, text
from cards.words import ACT
from cards.words import NEED as NEEDS
from helpdesk.people.access import Sender
from helpdesk.platform.language import Language
from helpdesk.proof.gate import MAY_BE_GATED, MAY_BE_TOLD, Act, Rule
from helpdesk.proof.gate import NEEDS as OFFERED

FORM = "policy.form"
SET = "policy.set"
NEED = "need"
TOLD = "told"
YES, NO = "yes", "no"


def overview(rules: Mapping[Act, Rule], say: Language, changed: Act | None = None) -> Card:
    """Every act with its rule; `changed` is the one that was just decided about."""
    title = (
        heading(say("Decided: {act}", act=say(ACT[changed])), Tone.GOOD)
        if changed
        else heading(say("What an agent needs before each act"))
    )
    return card(
        title,
        [_line(act, rule, say) for act, rule in rules.items()],
        text(say("A change counts at once, for everybody, and is in the audit."), Tone.SUBTLE),
    )


def form(act: Act, rule: Rule, reader: Sender, say: Language) -> Card:
    return card(
        heading(say(ACT[act])),
        facts([(say("Now"), _words(act, rule, say))]),
        _need(act, rule, say) if act in MAY_BE_GATED else [],
        _told(rule, say) if act in MAY_BE_TOLD else [],
        buttons=[
            button(say("Decide"), SET, {"act": act.value}, only_for=reader.person_id, reads_inputs=True, is_main=True)
        ],
    )


def _line(act: Act, rule: Rule, say: Language) -> Element:
    return line(say(ACT[act]), _words(act, rule, say), button(say("Change"), FORM, {"act": act.value}))


def _words(act: Act, rule: Rule, say: Language) -> str:
    words = []
    if act in MAY_BE_GATED:
        words.append(say("It needs: {need}.", need=NEEDS[rule.need]))
    if act in MAY_BE_TOLD:
        words.append(
            say("The user is told by mail afterwards.") if rule.is_told else say("The user is not told by mail.")
        )
    return " ".join(words)


def _need(act: Act, rule: Rule, say: Language) -> list[Element]:
    offered = {need.value: say(NEEDS[need]) for need in OFFERED[act]}
    return [choice(NEED, say("It needs"), offered, rule.need.value)]


def _told(rule: Rule, say: Language) -> list[Element]:
    options = {YES: say("yes"), NO: say("no")}
    return [choice(TOLD, say("Tell the user by mail afterwards"), options, YES if rule.is_told else NO)]
