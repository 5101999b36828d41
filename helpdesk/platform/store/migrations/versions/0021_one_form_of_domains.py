"""Domains in their ASCII form: an earlier release kept them as a file wrote them"""

import idna
import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_DOMAINS = sa.table("domains", sa.column("organization_id"), sa.column("domain", sa.String))
_SITES = sa.table("sites", sa.column("organization_id"), sa.column("url", sa.String))
_DEVICES = sa.table("devices", sa.column("id"), sa.column("sip_url"))


def upgrade() -> None:
    _bring_to_ascii(_DOMAINS, _DOMAINS.c.domain)
    _bring_to_ascii(_SITES, _SITES.c.url)
    connection = op.get_bind()
    for key, sip in connection.execute(sa.select(_DEVICES.c.id, _DEVICES.c.sip_url)).all():
        local, at, domain = (sip or "").rpartition("@")
        if at and (new := _in_ascii(domain)) != domain:
            named = sa.update(_DEVICES).where(_DEVICES.c.id == key)
            connection.execute(named.values(sip_url=f"{local}@{new}"))


def _bring_to_ascii(table: sa.TableClause, name: sa.ColumnClause[str]) -> None:
    connection = op.get_bind()
    there = {tuple(row) for row in connection.execute(sa.select(table.c.organization_id, name))}
    for organization, old in sorted(there):
        new = _in_ascii(old)
        if new == old:
            continue
        row = sa.and_(table.c.organization_id == organization, name == old)
        if (organization, new) in there:
            connection.execute(sa.delete(table).where(row))
        else:
            connection.execute(sa.update(table).where(row).values({name.name: new}))
            there.add((organization, new))


def _in_ascii(domain: str) -> str:
    """As it is, where it is ASCII already or no domain."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode().lower()
    except UnicodeError:
        return domain
