"""A statement over what belongs to organizations, and the same limited to some of them.

Both are put together once, when the module is loaded: that takes longer than SQLite takes to answer.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, bindparam
from sqlmodel import Session, col

from helpdesk.platform.store.tables.directory import Organization

Customers = frozenset[str] | None


class Limited:
    """`statement` selects from organizations, among others."""

    def __init__(self, statement: Any) -> None:
        self._all = statement
        # With something put behind it, the column is in no index: what is looked for is rarer than what they have.
        among = col(Organization.id).concat("").in_(bindparam("customers", expanding=True))
        self._some = statement.where(among)

    def rows(self, session: Session, values: Mapping[str, Any], customers: Customers) -> CursorResult[Any]:
        """Columns; past the session, which costs three times as much."""
        if customers is None:
            return session.connection().execute(self._all, values)
        return session.connection().execute(self._some, {**values, "customers": list(customers)})

    def first(self, session: Session, values: Mapping[str, Any], customers: Customers) -> Any:
        """The first row, of objects where the statement selects objects; None when there is none."""
        if customers is None:
            return session.execute(self._all, values).first()
        return session.execute(self._some, {**values, "customers": list(customers)}).first()
