"""A variable that looks like a setting and is none is named, with the setting that was meant."""

import pytest

from bot.settings import Settings
from bot.settings.misspelt import MOST, misspelt


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("HELPDESK_SMPT_URL", "HELPDESK_SMTP_URL"),
        ("HELPDESK_SECERT_KEY", "HELPDESK_SECRET_KEY"),
        ("HELPDESK_PARTNER_ADMIN", "HELPDESK_PARTNER_ADMINS"),
        ("HELPDESK_PUBLICURL", "HELPDESK_PUBLIC_URL"),
        ("HELP_DESK_MAIL_FROM", "HELPDESK_MAIL_FROM"),
        ("HELPDESK-SMTP-URL", "HELPDESK_SMTP_URL"),
        ("HELPDSK_TRANSPORT", "HELPDESK_TRANSPORT"),
        ("helpdesk_smtpurl", "HELPDESK_SMTP_URL"),
        ("HELPDESK_SENDGRID_API_KEY_", "SENDGRID_API_KEY"),
        ("HELPDESK_AWS_REGIO", "AWS_REGION"),
        ("HELPDESK_COLOUR", ""),
        ("WEBEX_ACESS_TOKEN", "WEBEX_ACCESS_TOKEN"),
    ],
)
def test_the_nearest_setting_is_told(name: str, meant: str) -> None:
    (found,) = misspelt({name: "s3cr3t", "PATH": "/bin"})
    assert (found.name, found.nearest) == (name, meant)
    assert "s3cr3t" not in str(found)


def test_settings_in_any_case_are_none_of_them() -> None:
    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    assert misspelt({spelt: "x" for name in names for spelt in (name, name.lower())}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HELPDESK_SERVICE_HOST", "10.0.0.1"),
        ("HELPDESK_SERVICE_PORT_HTTP", "80"),
        ("HELPDESK_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("WEBEX_TEAMS_ACCESS_TOKEN", "of another program"),
        ("HELP", "me"),
        ("DESK_SMTP_URL", "of another program"),
    ],
)
def test_what_others_set_is_left_alone(name: str, value: str) -> None:
    assert misspelt({name: value}) == []


def test_no_more_are_told_than_can_be_read() -> None:
    assert len(misspelt({f"HELPDESK_{number}": "x" for number in range(1_000)})) == MOST
