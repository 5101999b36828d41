"""`python -m benchmarks.syncing WEBEX_URL`: one sync in a process, whose memory is then its own; prints JSON.

All the while it writes a row as the message path does, and notes how long that took.
"""

import asyncio
import json
import os
import resource
import sys
import time
from contextlib import suppress
from uuid import uuid4

import uvloop

from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store, insert_once
from helpdesk.platform.store.schema import require_current
from helpdesk.platform.store.tables.events import SpentToken
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.platform.webex.tokens import FixedToken
from helpdesk.sync.pace import EvenPace
from helpdesk.sync.whole import Sync

PROBE_EVERY_SECONDS = 0.05
# Not what Webex is asked at: what is measured is us.
CALLS_A_SECOND = 100_000.0


async def main(url: str) -> None:
    store, waits = Store(os.environ["HELPDESK_DATABASE_URL"]), list[float]()
    await require_current(store)
    async with open_session() as session:
        client = WebexClient(session, url, FixedToken("benchmark"), pace=EvenPace(CALLS_A_SECOND))
        probing = asyncio.create_task(_probe(store, waits))
        began = time.perf_counter()
        outcomes = await Sync(store, client, "benchmark").run()
        seconds = time.perf_counter() - began
        probing.cancel()
        with suppress(asyncio.CancelledError):
            await probing
    await store.close()
    found = {
        "seconds": seconds,
        "read": sum(each.read for each in outcomes),
        "written": sum(each.written for each in outcomes),
        "failed": sum(bool(each.failures) for each in outcomes),
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "waits": sorted(waits),
    }
    sys.stdout.write(json.dumps(found))


async def _probe(store: Store, waits: list[float]) -> None:
    while True:
        began = time.perf_counter()
        row = {"nonce": uuid4().hex, "event_id": "benchmark", "spent_at": utc_now()}
        await store.write(insert_once, SpentToken, row)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(PROBE_EVERY_SECONDS)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
