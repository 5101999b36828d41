"""What each act needs, as the partner administrator decided; asked anew every time, so a change counts at once."""

from collections.abc import Mapping

from pydantic import TypeAdapter
from sqlmodel import Session, select

from helpdesk.platform.idempotency import once
from helpdesk.platform.store import Store, upsert
from helpdesk.platform.store.tables.proof import GateRule
from helpdesk.proof.gate import DEFAULTS, Act, Need, Rule

_RULE = TypeAdapter(Rule)


async def rules(store: Store) -> Mapping[Act, Rule]:
    """The rule of every act; the default where nothing was decided."""
    return await store.read(_rules)


async def set_rule(store: Store, act: Act, rule: Rule, event_id: str) -> Rule:
    """Decide about an act; gives the rule until now. The same event decides once, and is given the same again."""
    return await store.write(_set_rule, act, rule, event_id)


def _rules(session: Session) -> Mapping[Act, Rule]:
    decided = {row.act: Rule(Need(row.need), row.is_told) for row in session.exec(select(GateRule))}
    return {act: decided.get(act, default) for act, default in DEFAULTS.items()}


def _set_rule(session: Session, act: Act, rule: Rule, event_id: str) -> Rule:
    def decide() -> Rule:
        before = _rules(session)[act]
        upsert(session, GateRule, [{"act": act.value, "need": rule.need.value, "is_told": rule.is_told}])
        return before

    return once(session, event_id, f"policy.set {act}", _RULE, decide)
