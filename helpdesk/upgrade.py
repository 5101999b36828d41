"""A database of an earlier release is brought to this one: its tables, and then what is made of their rows.

Migrations import nothing of ours, so they leave empty what takes the code of the release to make: the name index, and
the one form in which numbers of all kinds are stored. That is made here, in the same transaction.
"""

from sqlmodel import Session

from helpdesk.directory.one_form import devices_in_one_form, numbers_in_one_form
from helpdesk.platform.store import Store, schema
from helpdesk.search.index import index_anew

# The version of the database since which it is there, or since which its form is this one.
NAME_INDEX, FORM_OF_DEVICES, FORM_OF_NUMBERS = "0003", "0006", "0022"


async def upgrade(store: Store, secret: str = "") -> str:
    """Bring the database to this release; gives the version it had. Raises HelpdeskError as `schema.upgrade` does."""
    return await schema.upgrade(store, secret, _derive)


def _derive(session: Session, found: str) -> None:
    if found < NAME_INDEX:
        index_anew(session)
    if found < FORM_OF_DEVICES:
        devices_in_one_form(session)
    if found < FORM_OF_NUMBERS:
        numbers_in_one_form(session)
