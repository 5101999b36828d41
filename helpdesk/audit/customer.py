"""Which customer an operator or an administrator means: what was done for one that is gone can be asked for, too."""

from sqlmodel import Session, select

from helpdesk.platform.errors import BadInput
from helpdesk.platform.identifiers import canonical_id
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.text.names import name_words


class NoSuchCustomer(BadInput):
    def __init__(self, text: str) -> None:
        super().__init__(Text("No customer is called “{text}”.", text=text), Text("Name it by its id, or in full."))


class SeveralCustomers(BadInput):
    def __init__(self, text: str, ids: list[str]) -> None:
        super().__init__(
            Text("{count} customers are called “{text}”.", count=len(ids), text=text),
            Text("Name one by its id: {ids}", ids=", ".join(ids)),
        )


async def customer_called(store: Store, text: str) -> str:
    """The id of the customer with this id or this whole name, in whatever case.

    Raises NoSuchCustomer or SeveralCustomers.
    """
    identifier = canonical_id(text)
    return identifier if identifier else await store.read(_with_name, text)


def _with_name(session: Session, text: str) -> str:
    words = name_words(text)
    names = session.exec(select(Organization.id, Organization.display_name))
    found = [str(each) for each, name in names if name_words(name) == words]
    if not found:
        raise NoSuchCustomer(text)
    if len(found) > 1:
        raise SeveralCustomers(text, found)
    (identifier,) = found
    return identifier
