"""The walk along the chain, row by row: what may be wrong, and how it shows."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from helpdesk.audit.chain import SAID, link_said
from helpdesk.audit.heads import KeptHead
from helpdesk.audit.keys import Keys
from helpdesk.audit.removal import tells_of_removal
from helpdesk.audit.writing import Head

# Clocks of several machines differ, and a row may wait for its turn.
CLOCKS = timedelta(minutes=10)
SEAL = "audit.seal"
_SEALED = re.compile(r"rows \d+ to (\d+)")
_SEALED_HEAD = re.compile(r"head (\d+)/(.*)")


class Fault(StrEnum):
    """What is wrong with a row."""

    ALTERED = "altered"
    MISSING = "rows are missing before it"
    INSERTED = "inserted, or moved from its place"
    CUT = "the rows after it are cut off"
    ANEW = "not the row whose hash was kept: the chain was made anew"
    NO_HEAD = "the head of the chain is missing"
    HEAD = "the head of the chain was altered, or rows behind this one are cut off"
    EMPTIED = "all rows are gone, though the desk was used"
    REMOVED = "rows before it were removed, and no row tells of that"
    UNKNOWN_KEY = "tied with a key that neither HELPDESK_SECRET_KEY nor HELPDESK_OLD_SECRET_KEYS gives"
    OLD_KEY = "tied with an earlier key, behind rows with a later one"
    BACKDATED = "its time is before that of the row before it: a clock was wrong, or it was written later than it says"
    SEALED_BROKEN = "the rows before it were broken already when they were sealed under the key"
    FORGED_HEAD = "a head is remembered for it that this desk did not sign"


class Broken(Exception):
    def __init__(self, row_id: int, fault: Fault, detail: str = "") -> None:
        super().__init__(row_id, fault)
        self.row_id, self.fault, self.detail = row_id, fault, detail


class Walk:
    """Where the walk is; each call raises Broken where the chain does not go on as it should."""

    def __init__(self, keys: Keys, head: Head, kept: Sequence[KeptHead]) -> None:
        self.keys = keys
        self.last, self.hash = head.removed_to, head.removed_hash
        self.sealed_to = self.blinded = 0
        self.compared: list[KeptHead] = []
        self.beyond: list[KeptHead] = []
        self._head = head
        self._ahead: dict[int, list[KeptHead]] = {}
        for each in kept:
            self._ahead.setdefault(each.id, []).append(each)
        self._is_told = head.removed_to == 0
        self._key_id = ""
        self._earlier_keys: set[str] = set()
        self._time: datetime | None = None
        self._backdated: int | None = None
        self._sealed_broken: tuple[int, str] | None = None
        self._compare_removed()

    def step(self, said: Sequence[Any], pseudonyms: str, told_hash: str, key_id: str) -> None:
        row_id = said[0]
        if row_id != self.last + 1:
            raise Broken(row_id, Fault.MISSING)
        if key_id != self._key_id:
            self._change_key(row_id, key_id)
        if link_said(said, self.hash, self.keys.known[key_id]) != (pseudonyms, told_hash):
            raise Broken(row_id, Fault.ALTERED)
        self._check_time(row_id, said[1])
        self.last, self.hash = row_id, told_hash
        if pseudonyms and self._is_blinded(said):
            self.blinded += 1
        if row_id in self._ahead:
            self._compare(self._ahead.pop(row_id))
        if said[3] in _OF_THE_DESK:
            self._read(dict(zip(SAID, said, strict=True)))

    def finish(self, last_there: int | None) -> None:
        """At the last row up to the head. `last_there` is the last that there is."""
        if self.last < self._head.last_id:
            raise Broken(self.last, Fault.CUT)
        if self.hash != self._head.last_hash:
            raise Broken(self.last, Fault.ALTERED)
        if last_there is not None and last_there > self._head.last_id:
            raise Broken(last_there, Fault.INSERTED)
        if not self._is_told:
            raise Broken(self._head.removed_to + 1, Fault.REMOVED)
        missing = [each for kept in self._ahead.values() for each in kept if each.id > self.last]
        if missing:
            raise Broken(self.last, Fault.CUT, f"{missing[0].source} has row {missing[0].id}")
        if self._sealed_broken:
            raise Broken(self._sealed_broken[0], Fault.SEALED_BROKEN, self._sealed_broken[1])
        if self._backdated:
            raise Broken(self._backdated, Fault.BACKDATED)

    def _compare(self, kept: Sequence[KeptHead]) -> None:
        for each in kept:
            if _is_of_old(each):
                self.beyond.append(each)
            elif each.hash != self.hash:
                raise Broken(each.id, Fault.ANEW, each.source)
            else:
                self.compared.append(each)

    def _compare_removed(self) -> None:
        """Heads of rows that policy removed: of the last of them the hash is still known."""
        for row_id in [each for each in self._ahead if each <= self._head.removed_to]:
            kept = self._ahead.pop(row_id)
            if row_id == self._head.removed_to and _is_of_old(kept[0]) == self.hash.startswith("1:"):
                for each in kept:
                    if each.hash != self.hash:
                        raise Broken(each.id, Fault.ANEW, each.source)
                self.compared += kept
            else:
                self.beyond += kept

    def _change_key(self, row_id: int, key_id: str) -> None:
        if key_id not in self.keys.known:
            raise Broken(row_id, Fault.UNKNOWN_KEY, key_id)
        # Who got hold of a key that was changed for that adds nothing with it.
        if key_id in self._earlier_keys:
            raise Broken(row_id, Fault.OLD_KEY, key_id)
        self._earlier_keys.add(self._key_id)
        self._key_id = key_id

    def _check_time(self, row_id: int, at: datetime) -> None:
        if self._time is not None and at < self._time - CLOCKS and self._backdated is None:
            self._backdated = row_id
        self._time = at if self._time is None else max(self._time, at)

    def _read(self, row: dict[str, Any]) -> None:
        self._is_told = self._is_told or tells_of_removal(row, self._head.removed_to, self._head.removed_hash)
        sealed = _SEALED.fullmatch(row["subject"]) if row["action"] == SEAL else None
        if sealed:
            self.sealed_to = int(sealed[1])
            # Their times were nobody's promise.
            self._backdated = None
            if row["reason"]:
                self._sealed_broken = row["id"], row["reason"]
            self._compare_sealed(row["outcome"])

    def _compare_sealed(self, outcome: str) -> None:
        """A head from before, of the very last row, is in the row that seals."""
        head = _SEALED_HEAD.fullmatch(outcome)
        for each in [each for each in self.beyond if head and each.id == int(head[1])]:
            if head and each.hash != head[2]:
                raise Broken(each.id, Fault.ANEW, each.source)
            self.beyond.remove(each)
            self.compared.append(each)

    def _is_blinded(self, said: Sequence[Any]) -> bool:
        return any(text is not None and "person-" in text for text in (said[2], said[4], said[6], said[7]))


_OF_THE_DESK = {"audit.remove", SEAL}


def _is_of_old(kept: KeptHead) -> bool:
    return kept.hash.startswith("1:")
