"""A caller who is proven already, for tests that are about what comes after."""

from uuid import uuid4

from helpdesk.directory.people_and_organizations import person_by_address
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store
from helpdesk.proof.verification import Asker
from helpdesk.proof.verification.codes import Verifications


async def vouch_for(address: str, agent_id: str, store: Store, now: Clock = utc_now) -> None:
    """Somebody has vouched for the caller at that agent's request, as pressing all the buttons comes to."""
    key = await store.read(person_by_address, address) or address
    codes = Verifications(store, "a secret", {}, now=now)
    await codes.approve(key, Asker(agent_id, "", ""), "a second agent", "for a test", str(uuid4()))
