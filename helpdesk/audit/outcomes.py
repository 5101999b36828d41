"""Outcomes that a query asks for: codes, which the cards word for their reader."""

from enum import StrEnum


class AuditOutcome(StrEnum):
    """`EARLIER_BEYOND_SCOPE` is how earlier releases wrote the first; what is in the audit stays as it is."""

    BEYOND_SCOPE = "beyond_scope"
    EARLIER_BEYOND_SCOPE = "not among the agent's customers"


BEYOND_SCOPE = (AuditOutcome.BEYOND_SCOPE, AuditOutcome.EARLIER_BEYOND_SCOPE)
