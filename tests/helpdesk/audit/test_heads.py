"""A head that comes back from outside is known to be ours, whichever way it went."""

import json
from dataclasses import replace

import pytest

from helpdesk.audit import Audit
from helpdesk.audit.heads import KeptHead, NotOurs, parse_kept, read_heads
from helpdesk.audit.keys import Keys
from helpdesk.audit.verifying import verify
from helpdesk.platform.store import Store
from tests.helpdesk.audit.chains import BEGAN, KEYS, acts, row

OTHER = Keys.of("a secret of another desk, which we do not have")


async def told(store: Store) -> str:
    head = await Audit(store, lambda: BEGAN, keys=KEYS).tell_head()
    assert head
    return head.line


async def test_an_audit_without_rows_has_no_head_to_tell(store: Store) -> None:
    assert await Audit(store, keys=KEYS).tell_head() is None


async def test_a_file_of_heads_is_read_whatever_way_they_went(store: Store) -> None:
    await acts(store, 2)
    line = await told(store)
    in_log = json.dumps({"level": "info", "logger": "bot.jobs.audit_head", "timestamp": "now", **json.loads(line)})
    bare = f"2/{(await row(store, 2))['hash']}"
    others = ["", '{"event": "ready"}', '{"event": "x", "why": "audit_head"}', "no head", "x" * 10_000]
    found = list(read_heads([line, in_log, *others, bare, f"head {bare}\n"], "file", KEYS))
    assert [(each.id, each.hash) for each in found] == [(2, bare[2:])] * 4
    assert found[1].source == "file, line 2"
    assert (await verify(store, KEYS, found)).fault is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("id", 3), ("hash", "2:" + "0" * 64), ("at", "2026-03-01T12:00:00.000001+00:00"), ("signature", "é")),
        *(("key_id", "0123"), ("at", "2026-03-01T12:00:00"), ("id", "x"), ("signature", None)),
    ],
)
async def test_a_signed_head_that_says_something_else_is_not_ours(store: Store, name: str, value: object) -> None:
    await acts(store, 2)
    line = json.dumps(json.loads(await told(store)) | {name: value})
    with pytest.raises(NotOurs, match="file, line 1"):
        list(read_heads([line], "file", KEYS))


async def test_a_head_of_another_desk_is_not_ours(store: Store) -> None:
    await acts(store, 2)
    with pytest.raises(NotOurs):
        list(read_heads([await told(store)], "file", OTHER))


async def test_the_signature_of_the_databases_own_head_is_no_signature_of_a_told_one(store: Store) -> None:
    await acts(store, 2)
    head = await Audit(store, lambda: BEGAN, keys=KEYS).tell_head()
    verdict = await verify(store, KEYS)
    assert head
    assert verdict.ends
    with pytest.raises(NotOurs):
        list(read_heads([replace(head, signature=verdict.ends.signature).line], "file", KEYS))


@pytest.mark.parametrize("text", ["", "7", "7/1:abc", "x/2:" + "0" * 64, "9" * 99 + "/2:" + "0" * 64])
def test_what_is_no_head_is_none(text: str) -> None:
    assert parse_kept(text) is None
    assert parse_kept(f" 7/2:{'0' * 64} ") == KeptHead(7, "2:" + "0" * 64)


async def test_told_twice_without_a_row_between_it_is_remembered_once(store: Store) -> None:
    await acts(store, 1)
    for _ in range(2):
        await told(store)
    assert len((await verify(store, KEYS)).compared) == 1
