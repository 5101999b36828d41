"""A customer's organization as an agent may look at it: a link that opens it once, and for how long it stays open."""

from datetime import timedelta
from enum import StrEnum

from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text

LINK_LIFE = timedelta(minutes=2)


class End(StrEnum):
    """Why a view was closed; what the audit says of it."""

    BY_AGENT = "ended by the agent"
    TIME = "time is up"
    CONSENT = "consent ended"
    ROLE = "the agent may not view it any more"
    CUSTOMER = "the customer is gone"


_ANEW = Text("To go on, write “view” and the customer’s name to the help desk: it sends you a new link.")
_WORDS = {
    End.BY_AGENT: (Text("You ended this view."), _ANEW),
    End.TIME: (Text("The time of this view is up."), _ANEW),
    End.CONSENT: (Text("The customer’s consent to this view has ended."), _ANEW),
    End.ROLE: (Text("You may not view this customer any more."), Text("Ask a partner administrator.")),
    End.CUSTOMER: (Text("This customer is not in the help desk’s directory any more."), _ANEW),
}


class ViewClosed(Refused):
    """`why` is known to the browser that had it open; any other is told nothing, not even whether there was a view."""

    def __init__(self, why: End | None = None) -> None:
        super().__init__(*_WORDS[why] if why else (Text("This view is not open in this browser."), _ANEW))
        self.why = why


class LinkClosed(Refused):
    """Used, too old, altered or never sent: the words are the same."""

    def __init__(self) -> None:
        super().__init__(Text("This link does not open anything (any more)."), _ANEW)
