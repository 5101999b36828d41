"""Failures whose words are fit for the person who asked.

    HelpdeskError
    ├── Refused        may not, or not now
    ├── BadInput       what was typed cannot be read as what it should be
    └── Unavailable    something we depend on does not answer; trying again may help

Anything else that goes wrong is a defect or an outage we did not foresee: the person gets a
reference, the log gets the trace.
"""

from helpdesk.platform.language import Text


class HelpdeskError(Exception):
    """`text` says what is wrong; `advice` what to do about it."""

    def __init__(self, text: Text, advice: Text | None = None) -> None:
        # str() of the error shows placeholders, not values: those may be personal data.
        super().__init__(str(text))
        self.text = text
        self.advice = advice


class Refused(HelpdeskError):
    """The person may not do this, or not now."""


class BadInput(HelpdeskError):
    """What was typed or sent cannot be read as what it should be."""


class Unavailable(HelpdeskError):
    """A mail server, Webex or the database does not answer."""
