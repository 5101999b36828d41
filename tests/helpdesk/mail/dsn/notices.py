"""All notices, by the name of what wrote them."""

from tests.helpdesk.mail.dsn.notice import PAT, Notice
from tests.helpdesk.mail.dsn.notices_in_odd_forms import ODD_FORMS
from tests.helpdesk.mail.dsn.notices_of_gmail_and_filters import GMAIL_AND_FILTERS
from tests.helpdesk.mail.dsn.notices_of_others import OTHERS
from tests.helpdesk.mail.dsn.notices_of_postfix_exchange import POSTFIX_AND_EXCHANGE
from tests.helpdesk.mail.dsn.notices_of_qmail_exim_sendmail import UNIX

__all__ = ["NOTICES", "PAT", "Notice"]

NOTICES: dict[str, Notice] = {**UNIX, **POSTFIX_AND_EXCHANGE, **GMAIL_AND_FILTERS, **OTHERS, **ODD_FORMS}
