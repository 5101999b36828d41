"""What the cards of users, customers, devices and numbers show, and the forms that pasted ones are found by"""

import sqlalchemy as sa
from alembic import op

from helpdesk.directory.forms import canonical_mac, canonical_serial, canonical_sip
from helpdesk.directory.phones import e164

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = {
    "organizations": ("country",),
    "people": ("extension", "location"),
    "devices": ("location", "software", "ip"),
    "numbers": ("extension", "location", "owner_name", "owner_type"),
}
BATCH = 5_000


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.String()))
    op.create_index("ix_people_extension", "people", ["extension"])
    op.create_index("ix_numbers_extension", "numbers", ["extension"])
    # A number's key begins with the number, a customer's numbers are counted by the other half.
    op.create_index("ix_numbers_organization_id", "numbers", ["organization_id"])
    op.create_table(
        "person_phones",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "number"),
    )
    op.create_index("ix_person_phones_number", "person_phones", ["number"])
    _devices_in_one_form()
    _numbers_in_one_form()
    _phones_of_people()


def _devices_in_one_form() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, mac, serial, sip_url FROM devices")).all():
        forms = {
            "mac": canonical_mac(row.mac) or row.mac if row.mac else None,
            "serial": canonical_serial(row.serial) if row.serial else None,
            "sip_url": canonical_sip(row.sip_url) if row.sip_url else None,
        }
        if (row.mac, row.serial, row.sip_url) != tuple(forms.values()):
            connection.execute(
                sa.text("UPDATE devices SET mac = :mac, serial = :serial, sip_url = :sip_url WHERE id = :id"),
                {"id": row.id, **forms},
            )


def _numbers_in_one_form() -> None:
    connection = op.get_bind()
    given = connection.execute(sa.text("SELECT phone_number, organization_id FROM numbers")).all()
    taken = {tuple(row) for row in given}
    for number, organization in given:
        form = e164(number)
        if form and form != number and (form, organization) not in taken:
            taken.add((form, organization))
            connection.execute(
                sa.text(
                    "UPDATE numbers SET phone_number = :form"
                    " WHERE phone_number = :number AND organization_id = :organization"
                ),
                {"form": form, "number": number, "organization": organization},
            )


def _phones_of_people() -> None:
    connection = op.get_bind()
    people = sa.table("people", sa.column("id", sa.String()), sa.column("phone_numbers", sa.JSON()))
    phones = sa.table("person_phones", sa.column("person_id", sa.String()), sa.column("number", sa.String()))
    last = ""
    while rows := connection.execute(
        sa.select(people.c.id, people.c.phone_numbers).where(people.c.id > last).order_by(people.c.id).limit(BATCH)
    ).all():
        last = rows[-1].id
        pairs = {(row.id, form) for row in rows for one in row.phone_numbers or () if (form := e164(one))}
        if pairs:
            connection.execute(phones.insert(), [{"person_id": person, "number": form} for person, form in pairs])
