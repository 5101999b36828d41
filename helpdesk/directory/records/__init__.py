"""The import file's records: objects as the Webex API returns them, with our additions.

Source: the schemas of /organizations, /people, /licenses, /roles and /devices; fields we have no use for
are left out. An id may be base64 or a UUID; a time without a zone is taken as UTC.

Which fields a record tells is in its `model_fields_set`: what it does not tell is not known to be empty. A field that
is there and empty (null, or an empty text) is told, and has its default.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from helpdesk.directory.forms import canonical_mac, canonical_serial, canonical_sip
from helpdesk.directory.phones import stored_number
from helpdesk.platform.identifiers import canonical_id
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from helpdesk.platform.text.address import exact_address
from helpdesk.platform.text.domains import canonical_domain

_DEEPEST = 20
# What PostgreSQL's INTEGER holds; Webex says -1 for as many as one likes.
_LARGEST = 2**31 - 1


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character, which no database takes")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds half a character (a lone surrogate), which no database takes")
    return text


def _an_id(text: str) -> str:
    if canonical_id(text) is None:
        raise ValueError("is neither a UUID nor a Webex id")
    return text


def _an_address(text: str) -> str:
    address = exact_address(text.strip())
    if address is None:
        raise ValueError("is not an email address")
    return address


def _written_out(when: Any) -> Any:
    # A bare number would be taken for seconds since 1970.
    if not isinstance(when, str) or when.strip().lstrip("+-").replace(".", "").isdigit():
        raise ValueError("is not a time in ISO 8601, such as 2026-01-15T09:30:00Z")
    return when


def _utc(when: datetime) -> datetime:
    try:
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError:
        raise ValueError("is too far from today") from None


def _shallow(settings: dict[str, Any]) -> dict[str, Any]:
    # Python's own reader takes what its writer then cannot write back.
    level: list[Any] = [settings]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if level:
        raise ValueError(f"is nested more than {_DEEPEST} deep")
    return settings


def _split(values: Any) -> Any:
    # The API joins ids by a comma within one string, as its own examples show.
    if isinstance(values, list):
        return [part for value in values for part in (value.split(",") if isinstance(value, str) else [value])]
    return values


def _a_mac(text: str) -> str:
    # Where Webex, or a file, says something else, that is kept as it stands: it is only not found by its digits.
    return canonical_mac(text) or text


def _name_of(place: Any) -> Any:
    # A number has an object with id and name as its location.
    return place.get("name") if isinstance(place, dict) else place


def _first(values: Any) -> Any:
    # A string in the schema of SCIM, an array in the examples of Webex.
    return (values[0] if values else None) if isinstance(values, list) else values


Str = Annotated[str, AfterValidator(_storable)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_storable)]
Id = Annotated[str, AfterValidator(_an_id)]
Ids = Annotated[list[Id], BeforeValidator(_split)]
Address = Annotated[str, AfterValidator(_an_address)]
Time = Annotated[datetime, BeforeValidator(_written_out), AfterValidator(_utc)]
Mac = Annotated[str, AfterValidator(_storable), AfterValidator(_a_mac)]
Serial = Annotated[str, AfterValidator(_storable), AfterValidator(canonical_serial)]
Sip = Annotated[str, AfterValidator(_storable), AfterValidator(canonical_sip)]
Phone = Annotated[str, AfterValidator(_storable), AfterValidator(stored_number)]
DomainName = Annotated[Name, AfterValidator(lambda text: canonical_domain(text.strip()) or text.lower())]
Country = Annotated[str, Field(pattern="^[A-Za-z]{2}$"), AfterValidator(str.upper)]
Count = Annotated[int, Field(ge=-1, le=_LARGEST)]
PlaceName = Annotated[Str | None, BeforeValidator(_name_of)]


class Record(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _emptied(cls, told: Any) -> Any:
        """With its default for each field that is there and empty."""
        if not isinstance(told, dict):
            return told
        defaults = _defaults(cls)
        empty = {
            name: defaults[name]
            for name, value in told.items()
            if (value is None or value == "") and name in defaults and (value is None or defaults[name] is None)
        }
        return {**told, **empty} if empty else told


@cache
def _defaults(model: type[Record]) -> dict[str, Any]:
    """The defaults of the fields that may be left out, by the names they have in the file."""
    return {
        str(field.validation_alias or field.alias): field.default
        for field in model.model_fields.values()
        if not field.is_required()
    }


class DomainRecord(Record):
    domain: DomainName
    status: Literal["claimed", "verified"]


class OrganizationRecord(Record):
    id: Id
    display_name: Name
    created: Time | None = None
    country: Country | None = None
    domains: list[DomainRecord] = []
    sites: list[Name] = []
    orders: list[Name] = []
    settings: Annotated[dict[Str, Any], AfterValidator(_shallow)] = {}


class LicenseRecord(Record):
    id: Id
    org_id: Id
    name: Name
    total_units: Count | None = None
    consumed_units: Count | None = None
    subscription_id: Str | None = None
    site_url: Str | None = None


class RoleRecord(Record):
    id: Id
    name: Name


class PhoneNumber(Record):
    value: Str


class PersonRecord(Record):
    id: Id
    org_id: Id
    emails: Annotated[list[Address], Field(min_length=1)]
    display_name: Str = ""
    first_name: Str | None = None
    last_name: Str | None = None
    login_enabled: bool | None = None
    invite_pending: bool | None = None
    account_status: Annotated[Str | None, BeforeValidator(_first)] = None
    preferred_language: Str | None = None
    created: Time | None = None
    last_activity: Time | None = None
    site_urls: list[Str] = []
    phone_numbers: list[PhoneNumber] = []
    licenses: Ids = []
    roles: Ids = []
    features: dict[Str, bool] = {}
    extension: Str | None = None
    location: PlaceName = None
    location_id: Str | None = None


class DeviceRecord(Record):
    id: Id
    org_id: Id
    person_id: Id | None = None
    display_name: Str = ""
    product: Str | None = None
    type: Str | None = None
    serial: Serial | None = None
    mac: Mac | None = None
    sip_url: Annotated[Sip | None, Field(validation_alias="primarySipUrl")] = None
    sip_urls: list[Sip] = []
    connection_status: Str | None = None
    last_seen: Time | None = None
    location: PlaceName = None
    location_id: Str | None = None
    workspace: PlaceName = None
    workspace_id: Str | None = None
    software: Str | None = None
    ip: Str | None = None


def _owner(owner: Any) -> dict[str, Any]:
    """What the object says, by our names. What rings may be a queue or a workspace, which is nobody we know."""
    if not owner or not isinstance(owner, dict):
        return {"ownerId": None, "ownerType": None, "ownerName": None}
    said: dict[str, Any] = {}
    kind = owner.get("type")
    if "type" in owner:
        said["ownerType"] = kind
    if kind not in (None, "PEOPLE"):
        said["ownerId"] = None
    elif "id" in owner:
        said["ownerId"] = owner["id"]
    names = [owner[name] for name in ("firstName", "lastName") if name in owner]
    if names:
        said["ownerName"] = " ".join(str(name) for name in names if name)
    return said


class NumberRecord(Record):
    """What has no number of its own, only an extension, is kept under that."""

    phone_number: Phone = ""
    org_id: Id
    owner_id: Id | None = None
    owner_name: Str | None = None
    owner_type: Str | None = None
    state: Str | None = None
    extension: Str | None = None
    location: PlaceName = None

    @model_validator(mode="before")
    @classmethod
    def _owned(cls, told: Any) -> Any:
        """With the fields of its `owner`, an object as Webex returns it."""
        if not isinstance(told, dict) or "owner" not in told:
            return told
        return {**told, **_owner(told["owner"])}

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if not (self.phone_number or self.extension):
            raise ValueError("has neither a phoneNumber nor an extension")
        return self

    @property
    def key(self) -> str:
        return self.phone_number or self.extension or ""


class LocationRecord(Record):
    id: Name
    name: Name


class WorkspaceRecord(Record):
    id: Name
    display_name: Name


class EmailRecord(Record):
    address: Address
    subject: Str | None = None
    sent_at: Time
    status: DeliveryStatus
    detail: Str | None = None


class SuppressionRecord(Record):
    address: Address
    reason: Reason
    since: Time | None = None
    detail: Str | None = None


class ImportFile(Record):
    """The whole file. Every list may be left out.

    Locations and workspaces are told for their names, which devices and people have by their ids.
    """

    organizations: list[OrganizationRecord] = []
    locations: list[LocationRecord] = []
    workspaces: list[WorkspaceRecord] = []
    licenses: list[LicenseRecord] = []
    roles: list[RoleRecord] = []
    people: list[PersonRecord] = []
    devices: list[DeviceRecord] = []
    numbers: list[NumberRecord] = []
    emails: list[EmailRecord] = []
    suppressions: list[SuppressionRecord] = []
