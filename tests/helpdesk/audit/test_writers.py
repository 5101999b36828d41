"""However many write at once, in however many processes, there is one chain without a gap."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from helpdesk.audit import Audit
from helpdesk.audit.verifying import verify
from helpdesk.platform.store import Store
from tests.databases import Databases
from tests.helpdesk.audit.chains import KEYS, PUT_IN, acts, by_hand

ROOT = Path(__file__).parents[3]
ROWS = 10_000
AT_ONCE = 100
WRITER = """
import asyncio, sys
from helpdesk.audit import Audit
from helpdesk.audit.keys import Keys
from helpdesk.platform.store import Store

async def main(url, name, count, at_once):
    audit = Audit(Store(url), keys=Keys.of("a secret of the tests, long enough"))
    for start in range(0, count, at_once):
        await asyncio.gather(*(
            audit.record(actor=name, action="find", subject="pat", outcome="shown", event_id=f"{name} {number}")
            for number in range(start, start + at_once)
        ))
    await audit.store.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
"""


async def write(url: str, name: str, count: int) -> int:
    words = (sys.executable, "-c", WRITER, url, name, str(count), str(AT_ONCE))
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT)
    return await asyncio.wait_for(process.wait(), 120)


async def test_two_processes_that_write_ten_thousand_rows_at_once_make_one_chain(databases: Databases) -> None:
    async with databases.fresh("empty") as url:
        assert await asyncio.gather(*(write(url, name, ROWS // 2) for name in ("one", "other"))) == [0, 0]
        store = Store(url)
        verdict = await verify(store, KEYS)
        assert verdict.fault is None
        assert verdict.ends
        assert (verdict.ends.last_id, verdict.ends.last_there) == (ROWS, ROWS)
        await store.close()


async def test_two_desks_that_work_on_the_same_events_tell_each_once(databases: Databases) -> None:
    async with databases.fresh("empty") as url:
        stores = [Store(url), Store(url)]
        await asyncio.gather(*(acts(each, 20) for each in stores))
        verdict = await verify(stores[0], KEYS)
        assert verdict.fault is None
        assert verdict.ends
        assert verdict.ends.last_id == 20
        for each in stores:
            await each.close()


async def test_where_somebody_put_a_row_behind_the_head_no_act_goes_on_unrecorded(store: Store) -> None:
    await acts(store, 2)
    await by_hand(store, PUT_IN.format(id=3))
    with pytest.raises(IntegrityError):
        await acts(store, 1, first=3)


@pytest.mark.parametrize("subject", ["nul \0 character", "half a pair \ud800", "ünï¢ødé 🦄", "x" * 100_000])
async def test_an_act_is_told_however_its_subject_is_spelled(store: Store, subject: str) -> None:
    audit = Audit(store, keys=KEYS)
    await audit.record(actor="ana", action="find", subject=subject, outcome="shown", event_id="event")
    assert (await verify(store, KEYS)).fault is None
    (told,) = await audit.about(subject.replace("\0", "\\x00").replace("\ud800", "\\ud800"))
    assert told.event_id == "event"
