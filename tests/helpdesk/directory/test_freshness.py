"""What a sync found unchanged is as fresh as that sync, where it read the list that the record is on."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.directory.details import device_details, person_details
from helpdesk.platform.store import Store
from tests.helpdesk.sync.partner import file, key, org, stage

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = FIRST + timedelta(days=3)


@pytest.mark.parametrize(("refused", "device_as_of"), [("numbers", SECOND), ("devices", FIRST)])
async def test_what_a_sync_found_unchanged_is_as_fresh_as_the_sync(
    store: Store, refused: str, device_as_of: datetime
) -> None:
    async with stage(store, file(2, 1)) as on:
        await on.sync(now=lambda: FIRST).run()
        on.partner.refusals[(refused, org(1))] = 403
        await on.sync(now=lambda: SECOND).run()
    assert (await store.read(person_details, key(1, 1))).as_of == SECOND
    assert (await store.read(device_details, key(1, 1, "e"))).as_of == device_as_of
