"""The parts of an organization that Webex tells of, each read in one go."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What is read of an organization in one go, and the scope that the token needs for it."""

    name: str
    scope: str


ORGANIZATIONS = Part("organizations", "spark-admin:organizations_read")


ROLES = Part("roles", "spark-admin:roles_read")


LOCATIONS = Part("locations", "spark-admin:locations_read")


LICENSES = Part("licenses", "spark-admin:licenses_read")


PEOPLE = Part("people", "spark-admin:people_read")


ACCOUNTS = Part("account status", "identity:people_read")


DEVICES = Part("devices", "spark-admin:devices_read")


WORKSPACES = Part("workspaces", "spark-admin:workspaces_read")


SETTINGS = Part("settings", "identity:organizations_read")


NUMBERS = Part("numbers", "spark-admin:telephony_config_read")
