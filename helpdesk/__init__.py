"""What is true and what may be done, whoever asks: a web page could use it as well as a bot."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from helpdesk.access import Access
    from helpdesk.audit import Audit
    from helpdesk.delivery import DeliveryLog
    from helpdesk.directory.index import Directory
    from helpdesk.store import Store
    from helpdesk.suppression import SuppressionList
    from helpdesk.verification.codes import Verifications


class Helpdesk(NamedTuple):
    """The services a handler receives."""

    store: "Store"
    directory: "Directory"
    access: "Access"
    audit: "Audit"
    delivery: "DeliveryLog"
    suppression: "SuppressionList"
    verification: "Verifications"
    desk_spaces: tuple[str, ...] = ()
