"""A name made up to mislead whoever reads it, planted wherever text is stored; and what must not be left of it."""

import unicodedata
from collections.abc import Collection

from sqlalchemy import Column, String, update
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from helpdesk.platform.store import Store
from tests.sessions import writing

# Both databases take it: PostgreSQL stores neither NUL nor half of a surrogate pair.
HOSTILE = (
    "＝Eve\u202e<b>\u200b\u2066[pay](http://evil.example)\u2069\u061c\x1b[2J\u200dx\ufe0f\U000e0101\u00ad"
    "\r\n\u2028\x85\U000e0041\u3164\ue000\ufeff{{DATE(2026-01-01T00:00:00Z)}}&lt;"
)
# Not shown as they are, or of a set of words that the code knows: keys, addresses, states, languages.
_NOT_WORDS = {
    *("source", "digest", "webex_id", "email", "search_name", "preferred_language", "language", "agent_email"),
    *("account_status", "state", "status", "source", "role", "act", "need", "reason", "address", "token", "outcome"),
    *("owner_type", "code", "space_id", "thread_id", "event_id", "mac", "sip_url", "asked_by"),
}
_TABLES = (
    *("organizations", "people", "devices", "numbers", "licenses", "domains", "sites", "orders", "roles"),
    *("email_events", "suppressions", "consents", "consent_administrators", "agents"),
)


async def plant(store: Store, words: str = HOSTILE, *, tables: Collection[str] = _TABLES) -> int:
    """Write `words` into every text that is stored there; how many columns those are."""
    columns = [column for name in tables for column in SQLModel.metadata.tables[name].columns if _holds_words(column)]
    async with writing(store) as session:
        for column in columns:
            await session.exec(update(column.table).values({column.name: words}))  # type: ignore[call-overload]
    return len(columns)


def _holds_words(column: Column[object]) -> bool:
    is_key = column.primary_key or column.unique or column.foreign_keys or column.name.endswith("_id")
    return isinstance(column.type, String | AutoString) and not is_key and column.name not in _NOT_WORDS


def dangerous(text: str, allowed: str = "\n") -> list[str]:
    """What in `text` cannot be seen, or turns or breaks it; written anew here, not asked of what is tested."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    found = {letter for letter in text if unicodedata.category(letter) in hidden or letter in "\u3164\ufe0f\U000e0101"}
    return sorted(f"U+{ord(letter):04X}" for letter in found - set(allowed))
