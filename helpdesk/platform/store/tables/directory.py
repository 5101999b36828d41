"""Who and what there is: organizations, people, and what they have."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import SearchName, UtcDateTime


class DomainStatus(StrEnum):
    """`IN_USE` is what people's addresses say; the others are what the customer told Webex."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    IN_USE = "in use"


class RecordSource(StrEnum):
    """Where a record comes from: the import file, or Webex itself."""

    IMPORT = "import"
    SYNC = "sync"


class Sourced(SQLModel):
    """`synced_at` is when its source last said so; `digest` tells whether what Webex says now is what it said then.

    What a sync finds unchanged it does not write: such a record is as fresh as its organization.
    """

    source: str = Field(
        default=RecordSource.IMPORT.value, sa_column_kwargs={"server_default": RecordSource.IMPORT.value}
    )
    synced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    digest: str | None = None


class Organization(Sourced, table=True):
    """`imported_at` is when a file last told what Webex does not: domains, orders and settings are as old as that."""

    __tablename__ = "organizations"
    id: str = Field(primary_key=True)
    webex_id: str
    display_name: str
    search_name: str = Field(sa_type=SearchName)
    created: datetime | None = Field(default=None, sa_type=UtcDateTime)
    country: str | None = None
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    imported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Domain(SQLModel, table=True):
    __tablename__ = "domains"
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    domain: str = Field(primary_key=True, index=True)
    status: str
    source: str = Field(
        default=RecordSource.IMPORT.value, sa_column_kwargs={"server_default": RecordSource.IMPORT.value}
    )


class WebexSite(SQLModel, table=True):
    __tablename__ = "sites"
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    url: str = Field(primary_key=True, index=True)
    source: str = Field(
        default=RecordSource.IMPORT.value, sa_column_kwargs={"server_default": RecordSource.IMPORT.value}
    )


class Order(SQLModel, table=True):
    """A web order number."""

    __tablename__ = "orders"
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    number: str = Field(primary_key=True, index=True)


class License(Sourced, table=True):
    __tablename__ = "licenses"
    id: str = Field(primary_key=True)
    organization_id: str = Field(index=True, foreign_key="organizations.id", ondelete="CASCADE")
    name: str
    total_units: int | None = None
    consumed_units: int | None = None
    subscription_id: str | None = Field(default=None, index=True)
    site_url: str | None = None


class WebexRole(SQLModel, table=True):
    __tablename__ = "roles"
    id: str = Field(primary_key=True)
    name: str


class Person(Sourced, table=True):
    """`gone_at` is when Webex first said that it does not know this person any more."""

    __tablename__ = "people"
    # One customer's people, by name.
    __table_args__ = (Index("ix_people_within", "organization_id", "search_name", "id"),)
    id: str = Field(primary_key=True)
    webex_id: str
    organization_id: str = Field(foreign_key="organizations.id", ondelete="CASCADE")
    email: str
    display_name: str
    first_name: str | None = None
    last_name: str | None = None
    search_name: str = Field(sa_type=SearchName)
    login_enabled: bool | None = None
    invite_pending: bool | None = None
    account_status: str | None = None
    preferred_language: str | None = None
    created: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_activity: datetime | None = Field(default=None, sa_type=UtcDateTime)
    site_urls: list[str] = Field(default_factory=list, sa_type=JSON)
    phone_numbers: list[str] = Field(default_factory=list, sa_type=JSON)
    features: dict[str, bool] = Field(default_factory=dict, sa_type=JSON)
    extension: str | None = Field(default=None, index=True)
    location: str | None = None
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PersonEmail(SQLModel, table=True):
    """Every address of a person, in lower case, with its domain."""

    __tablename__ = "person_emails"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    address: str = Field(primary_key=True, index=True)
    domain: str = Field(index=True)


class PersonPhone(SQLModel, table=True):
    """Every phone number of a person that can be written in E.164."""

    __tablename__ = "person_phones"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    number: str = Field(primary_key=True, index=True)


class PersonLicense(SQLModel, table=True):
    __tablename__ = "person_licenses"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    license_id: str = Field(primary_key=True, index=True, foreign_key="licenses.id", ondelete="CASCADE")


class PersonRole(SQLModel, table=True):
    __tablename__ = "person_roles"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    role_id: str = Field(primary_key=True, index=True, foreign_key="roles.id", ondelete="CASCADE")


class Device(Sourced, table=True):
    """`mac`, `serial` and `sip_url` are in the one form that helpdesk.directory.reading makes of what is pasted.

    `sip_url` is the first of its SIP addresses, `workspace` the name of the room or desk it stands at.
    """

    __tablename__ = "devices"
    __table_args__ = (Index("ix_devices_within", "organization_id", "display_name", "id"),)
    id: str = Field(primary_key=True)
    webex_id: str
    organization_id: str = Field(foreign_key="organizations.id", ondelete="CASCADE")
    person_id: str | None = Field(default=None, index=True, foreign_key="people.id", ondelete="SET NULL")
    display_name: str
    product: str | None = None
    type: str | None = None
    serial: str | None = Field(default=None, index=True)
    mac: str | None = Field(default=None, index=True)
    sip_url: str | None = Field(default=None, index=True)
    connection_status: str | None = None
    last_seen: datetime | None = Field(default=None, sa_type=UtcDateTime)
    location: str | None = None
    software: str | None = None
    ip: str | None = None
    workspace: str | None = None


class DeviceSip(SQLModel, table=True):
    """Every SIP address of a device, in the form of `Device.sip_url`; `person_id` is the device's."""

    __tablename__ = "device_sips"
    device_id: str = Field(primary_key=True, foreign_key="devices.id", ondelete="CASCADE")
    sip_url: str = Field(primary_key=True, index=True)
    person_id: str | None = Field(default=None, index=True)


class Number(Sourced, table=True):
    """A phone number in E.164 and whose it is; what has only an extension is kept under that.

    `owner_id` need be no person: a workspace or a hunt group owns numbers too, and `owner_name` says which.
    """

    __tablename__ = "numbers"
    __table_args__ = (Index("ix_numbers_within", "organization_id", "phone_number"),)
    phone_number: str = Field(primary_key=True)
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    owner_id: str | None = Field(default=None, index=True)
    state: str | None = None
    extension: str | None = Field(default=None, index=True)
    location: str | None = None
    owner_name: str | None = None
    owner_type: str | None = None
