"""The environment becomes Settings, or one error that names every variable that is wrong and shows no value."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.settings import Settings, SettingsError
from playground.identifiers import identifier

SECRET = "s3cr3t-of-the-tests-and-long-enough!"
MALFORMED = {
    "HELPDESK_WEBEX_URL": ["webexapis.com/v1", "ftp://webexapis.com", "https://", "https:///v1", "http:// x"],
    "HELPDESK_WEBEX_CATALOG_URL": ["u2c.wbx2.com", "https://"],
    "HELPDESK_TRANSPORT": ["carrier pigeon", "Websocket", "webhooks"],
    "HELPDESK_PUBLIC_URL": ["desk.example", "ftp://desk.example", "https://", "https:// desk.example"],
    "PORT": ["http", "-1", "65536", "80.0", "٨٠"],
    "HELPDESK_BIND": ["localhost", "desk.example", "127.0.0.1:8080", "300.0.0.1"],
    "HELPDESK_METRICS_BIND": ["8081", "127.0.0.1", ":8081", "localhost:8081", "127.0.0.1:65536", "::1:x"],
    "HELPDESK_TRUSTED_PROXIES": ["proxy", "10.0.0.0/33", "10.0.0.1, s3cr3t", "10.0.0.1 10.0.0.2"],
    "HELPDESK_SECRET_KEY": ["short", "x" * 31],
    "HELPDESK_OLD_SECRET_KEYS": ["s3cr3t", "s3cr3t, another one"],
    "HELPDESK_DATABASE_URL": [
        "helpdesk.db",
        "sqlite:///helpdesk.db",
        "postgresql://u:s3cr3t@h/d",
        "postgres://u:s3cr3t@h/d",
        "mysql+aiomysql://u:s3cr3t@h/d",
        "postgresql+asyncpg://u:p@h:s3cr3t/d",
        "postgresql+asyncpg://u:p@a:s3cr3t@h/d",
    ],
    "HELPDESK_PARTNER_ADMINS": [
        "ana",
        "ana@partner.example, bo",
        '["ana@partner.example", 7]',
        '["ana@partner.example", "bo@partn',
    ],
    "HELPDESK_SMTP_URL": [
        "mail.example",
        "ftp://u:s3cr3t@h",
        "smtp://u:p@h:s3cr3t",
        "smtp://u:s3cr3t/p@h:25",
        "smtp://u:s3cr3t[@h",
        "smtp://u:s3cr3t@h:99999",
        "smtp://u:s3cr3t@h?tls=s3cr3t",
    ],
    "HELPDESK_MAIL_FROM": ["desk", "Desk <desk@partner.example>", "a@b.example,c@d.example", "dësk@partner.example"],
    "HELPDESK_MAIL_PROVIDER": ["s3cr3t", "SendGrid"],
    "HELPDESK_BOUNCE_ADDRESS": ["bounce", "Desk <bounce@partner.example>"],
    "HELPDESK_DSN_TOKEN": ["s3cr3t", "x" * 31 + " "],
    "HELPDESK_LMTP_PORT": ["lmtp", "65536"],
    "SENDGRID_WEBHOOK_KEY": ["s3cr3t", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"],
    "HELPDESK_SENDGRID_URL": ["api.sendgrid.com"],
    "HELPDESK_POSTMARK_URL": ["api.postmarkapp.com"],
    "HELPDESK_POSTMARK_STREAM": ["out/../bound", "out bound"],
    "POSTMARK_WEBHOOK_PASSWORD": ["s3cr3t"],
    "AWS_REGION": ["evil.example/?s3cr3t", "Ireland"],
    "AWS_ACCESS_KEY_ID": ["s3cr3t", "AKIA/s3cr3t/20260101/x"],
    "HELPDESK_SES_URL": ["email.eu-west-1.amazonaws.com"],
    "HELPDESK_SES_TOPICS": ["mail", "arn:aws:sqs:eu-west-1:123456789012:mail", "arn:aws:sns:eu-west-1:1:mail"],
    "HELPDESK_SES_CONFIGURATION_SET": ["a set", "set\r\nBcc: x"],
    "HELPDESK_SYNC_HOURS": ["-1", "169", "six", "1.5"],
    "HELPDESK_EMAIL_DAYS": ["0", "-1", "3651", "a year", "1.5"],
    "HTTPS_PROXY": [
        "socks5://ana:s3cr3t@proxy:1080",
        "https://proxy:443",
        "http://ana:s3cr3t@proxy/path",
        "http://p:x",
    ],
    "HTTP_PROXY": ["socks5://ana:s3cr3t@proxy:1080", "http://"],
    "HELPDESK_AUDIT_DAYS": ["-1", "36501", "a year", "1.5"],
}
ADMIN = ("WEBEX_CLIENT_ID", "WEBEX_CLIENT_SECRET", "WEBEX_REFRESH_TOKEN")
BOUNCES = ("HELPDESK_BOUNCE_ADDRESS", "HELPDESK_DSN_TOKEN", "HELPDESK_LMTP_PORT")
PROVIDERS = {
    "sendgrid": {"SENDGRID_API_KEY"},
    "postmark": {"POSTMARK_SERVER_TOKEN"},
    "ses": {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
}
ONE_OF_EACH = {name: values[0] for name, values in MALFORMED.items()}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing of this machine's; each test sets what it is about."""
    for name in (
        *MALFORMED,
        *ADMIN,
        *(name for needed in PROVIDERS.values() for name in needed),
        "AWS_SESSION_TOKEN",
        "WEBEX_ADMIN_TOKEN",
        "HELPDESK_DESK_SPACES",
        "WEBEX_ACCESS_TOKEN",
        "SSL_CERT_FILE",
        "NO_PROXY",
        "https_proxy",
        "http_proxy",
        "no_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def problems(*required: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.load(required=required)
    return refused.value.problems


def test_every_missing_variable_is_named_at_once_with_how_to_get_it() -> None:
    token, secret = sorted(problems("WEBEX_ACCESS_TOKEN", "HELPDESK_SECRET_KEY"), reverse=True)
    assert token.startswith("WEBEX_ACCESS_TOKEN is missing: ")
    assert "developer.webex.com" in token
    assert "openssl rand -hex 32" in secret


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_blank_variable_is_a_missing_one(environment: pytest.MonkeyPatch, blank: str) -> None:
    environment.setenv("WEBEX_ACCESS_TOKEN", blank)
    assert problems("WEBEX_ACCESS_TOKEN")[0].startswith("WEBEX_ACCESS_TOKEN is missing")


def test_every_malformed_variable_is_named_at_once_and_with_the_missing_ones(environment: pytest.MonkeyPatch) -> None:
    for name, value in ONE_OF_EACH.items():
        environment.setenv(name, value)
    named = [problem.split()[0] for problem in problems("WEBEX_ACCESS_TOKEN")]
    assert named == sorted([*ONE_OF_EACH, "WEBEX_ACCESS_TOKEN"])


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in MALFORMED.items() for value in values])
def test_a_malformed_variable_is_named_without_its_value(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv("HELPDESK_MAIL_FROM", "desk@partner.example")
    environment.setenv("HELPDESK_SMTP_URL", "smtp://mail.example")
    if name in BOUNCES:
        environment.setenv("HELPDESK_BOUNCE_ADDRESS", "bounce@partner.example")
        environment.setenv("HELPDESK_DSN_TOKEN", SECRET)
    environment.setenv(name, value)
    (problem,) = problems()
    assert problem.startswith(f"{name} ")
    assert "s3cr3t" not in problem


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    password=st.text("s3t/@:[]#?%&+ ", min_size=3).map("s3cr3t".__add__),
    url=st.sampled_from(["postgresql+asyncpg://u:{}@h/d", "smtp://u:{}@h", "sqlite+aiosqlite://{}", "{}"]),
)
def test_no_password_shows_in_what_is_said_of_its_url(environment: pytest.MonkeyPatch, password: str, url: str) -> None:
    environment.setenv("HELPDESK_MAIL_FROM", "desk@partner.example")
    for name in ("HELPDESK_DATABASE_URL", "HELPDESK_SMTP_URL"):
        environment.setenv(name, url.format(password))
    try:
        shown = repr(Settings.load())
    except SettingsError as refused:
        shown = str(refused)
    assert "s3cr3t" not in shown


@pytest.mark.parametrize(
    ("given", "absent"),
    [
        ({"HELPDESK_SMTP_URL": "smtp://mail.example"}, "HELPDESK_MAIL_FROM"),
        ({"HELPDESK_MAIL_FROM": "desk@partner.example"}, "HELPDESK_SMTP_URL"),
    ],
)
def test_one_mail_variable_needs_the_other(environment: pytest.MonkeyPatch, given: dict[str, str], absent: str) -> None:
    for name, value in given.items():
        environment.setenv(name, value)
    assert [problem.split(":")[0] for problem in problems()] == [f"{absent} is missing"]


@pytest.mark.parametrize(("provider", "needed"), PROVIDERS.items())
def test_each_mail_provider_needs_its_own_variables(
    environment: pytest.MonkeyPatch, provider: str, needed: set[str]
) -> None:
    environment.setenv("HELPDESK_MAIL_PROVIDER", provider)
    environment.setitem(sys.modules, "botocore", None)
    assert {problem.split(" is missing: ")[0] for problem in problems()} == needed
    for name in needed:
        environment.setenv(name, "eu-west-1" if name == "AWS_REGION" else "AKIAS3CR3TS3CR3T")
    assert Settings.load().mail_provider == provider


def test_with_amazons_library_its_keys_may_come_from_elsewhere(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HELPDESK_MAIL_PROVIDER", "ses")
    environment.setenv("AWS_REGION", "eu-west-1")
    assert Settings.load().aws_access_key_id is None
    environment.setenv("AWS_ACCESS_KEY_ID", "AKIAS3CR3TS3CR3T")
    assert [problem.split(" is missing: ")[0] for problem in problems()] == ["AWS_SECRET_ACCESS_KEY"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_variables_of_a_provider_that_is_not_used_may_be_missing(
    environment: pytest.MonkeyPatch, provider: str
) -> None:
    for other in PROVIDERS.keys() - {provider}:
        environment.setenv(sorted(PROVIDERS[other])[-1], "AKIAS3CR3TS3CR3T")
    assert Settings.load().mail_provider == "embedded"


@pytest.mark.parametrize(
    ("given", "absent"),
    [
        ({"HELPDESK_DSN_TOKEN": SECRET}, "HELPDESK_BOUNCE_ADDRESS"),
        ({"HELPDESK_LMTP_PORT": "0"}, "HELPDESK_BOUNCE_ADDRESS"),
        ({"HELPDESK_BOUNCE_ADDRESS": "bounce@partner.example"}, "HELPDESK_DSN_TOKEN"),
    ],
)
def test_bounces_need_an_address_and_a_way_in(
    environment: pytest.MonkeyPatch, given: dict[str, str], absent: str
) -> None:
    for name, value in given.items():
        environment.setenv(name, value)
    (problem,) = problems()
    assert problem.startswith(f"{absent} is missing: ")


def test_webhooks_need_an_address_that_webex_reaches(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HELPDESK_TRANSPORT", "webhook")
    (problem,) = problems()
    assert problem.startswith("HELPDESK_PUBLIC_URL is missing: ")
    environment.setenv("HELPDESK_PUBLIC_URL", "https://desk.example/")
    found = Settings.load()
    assert (found.transport, found.public_url) == ("webhook", "https://desk.example")


@pytest.mark.parametrize("port", [0, 80, 65_535])
def test_any_port_may_be_listened_on(environment: pytest.MonkeyPatch, port: int) -> None:
    environment.setenv("PORT", str(port))
    assert Settings.load().port == port


def test_what_is_not_set_has_the_documented_default() -> None:
    found = Settings.load()
    assert found.webex_url == "https://webexapis.com/v1"
    assert found.webex_catalog_url == "https://u2c.wbx2.com/u2c/api/v1/catalog"
    assert found.database_url.get_secret_value() == "sqlite+aiosqlite:///helpdesk.db"
    assert (found.transport, found.mail_provider, found.smtp_url) == ("websocket", "embedded", None)
    assert (found.partner_admins, found.desk_spaces) == ((), ())
    assert (found.partner_orgs, found.partner_domains) == ((), ())
    assert (found.public_url, found.port) == (None, 8080)


def test_lists_are_comma_separated_and_addresses_lose_their_case(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HELPDESK_PARTNER_ADMINS", " Ana@Partner.example,,bo@partner.example , ")
    environment.setenv("HELPDESK_DESK_SPACES", "Y2lz1, Y2lz2")
    found = Settings.load()
    assert found.partner_admins == ("ana@partner.example", "bo@partner.example")
    assert found.desk_spaces == ("Y2lz1", "Y2lz2")


def test_international_domains_are_read_in_one_form(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HELPDESK_PARTNER_ADMINS", "Ana@Exämple.de,bo@xn--exmple-cua.de")
    environment.setenv("HELPDESK_PARTNER_DOMAINS", "exämple.de")
    environment.setenv("HELPDESK_SMTP_URL", "smtp://mail.example")
    environment.setenv("HELPDESK_MAIL_FROM", "Desk@exämple.de")
    found = Settings()
    assert found.partner_admins == ("ana@xn--exmple-cua.de", "bo@xn--exmple-cua.de")
    assert found.partner_domains == ("xn--exmple-cua.de",)
    # Its capitals stay: the provider may have verified that very spelling.
    assert found.mail_from == "Desk@xn--exmple-cua.de"


def test_organizations_are_known_by_id_in_either_form_and_domains_lose_their_case(
    environment: pytest.MonkeyPatch,
) -> None:
    key = "96abc2aa-3dcc-11e5-a152-fe34819cdc9a"
    environment.setenv("HELPDESK_PARTNER_ORGS", f"{identifier('ORGANIZATION', key)}, {key.upper()}")
    environment.setenv("HELPDESK_PARTNER_DOMAINS", "Partner.example, sub.partner.example")
    found = Settings.load()
    assert found.partner_orgs == (key, key)
    assert found.partner_domains == ("partner.example", "sub.partner.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HELPDESK_PARTNER_ORGS", "Partner Ltd"),
        ("HELPDESK_PARTNER_ORGS", identifier("PEOPLE", "96abc2aa-3dcc-11e5-a152-fe34819cdc9a")),
        ("HELPDESK_PARTNER_DOMAINS", "ana@partner.example"),
        ("HELPDESK_PARTNER_DOMAINS", "partner"),
        ("HELPDESK_PARTNER_DOMAINS", "*.example"),
    ],
)
def test_what_is_no_organization_or_domain_is_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    (problem,) = problems()
    assert problem.startswith(f"{name} must be ")


def test_a_token_out_of_a_file_loses_its_line_end(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEBEX_ACCESS_TOKEN", " the-token\r\n")
    assert Settings.load(required=["WEBEX_ACCESS_TOKEN"]).webex_access_token.get_secret_value() == "the-token"


def test_the_hosts_own_variables_are_not_taken_for_ours(environment: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY", "TRANSPORT", "SMTP_URL", "MAIL_FROM", "CA_FILE", "WEBEX_URL"):
        environment.setenv(name, "postgres://of.the.host/")
    found = Settings.load()
    assert found == Settings.model_construct(**{name: f.default for name, f in Settings.model_fields.items()})


def test_secrets_show_in_no_form_of_the_settings(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEBEX_ACCESS_TOKEN", SECRET)
    environment.setenv("HELPDESK_SECRET_KEY", SECRET)
    environment.setenv("HELPDESK_DATABASE_URL", f"postgresql+asyncpg://u:{SECRET}@h/d")
    environment.setenv("HELPDESK_SMTP_URL", f"smtp://u:{SECRET}@h")
    environment.setenv("HELPDESK_MAIL_FROM", "desk@partner.example")
    found = Settings.load()
    assert not [form for form in (repr(found), str(found), found.model_dump_json()) if SECRET in form]


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings.load().transport = "webhook"  # type: ignore[misc]


@pytest.mark.parametrize("left_out", ADMIN)
def test_what_customers_are_read_with_is_set_whole_or_not_at_all(
    environment: pytest.MonkeyPatch, left_out: str
) -> None:
    for name in set(ADMIN) - {left_out}:
        environment.setenv(name, SECRET)
    (problem,) = problems()
    assert problem.startswith(f"{left_out} is missing: ")
    assert SECRET not in problem


@pytest.mark.parametrize("beside", ADMIN)
def test_a_trial_token_beside_an_integration_is_one_too_many(environment: pytest.MonkeyPatch, beside: str) -> None:
    environment.setenv("WEBEX_ADMIN_TOKEN", SECRET)
    environment.setenv(beside, SECRET)
    assert [each for each in problems() if each.startswith("WEBEX_ADMIN_TOKEN is one token too many")]


def test_a_trial_token_is_enough_alone(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEBEX_ADMIN_TOKEN", f"{SECRET}\n")
    found = Settings.load().webex_admin_token
    assert found
    assert found.get_secret_value() == SECRET


def test_where_to_listen_and_whom_to_believe_is_read(environment: pytest.MonkeyPatch) -> None:
    assert (Settings.load().bind, Settings.load().metrics_bind, Settings.load().trusted_proxies) == (None, None, ())
    environment.setenv("HELPDESK_BIND", "::1")
    environment.setenv("HELPDESK_METRICS_BIND", "[::1]:9000")
    environment.setenv("HELPDESK_TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16")
    found = Settings.load()
    assert (found.bind, found.metrics_bind) == ("::1", ("::1", 9000))
    assert found.trusted_proxies == ("10.0.0.5", "10.1.0.0/16")


@pytest.mark.parametrize(
    ("given_", "keys"),
    [
        ("", []),
        (f" {'a' * 32}, {'b' * 40} ", ["a" * 32, "b" * 40, f"{'a' * 32}, {'b' * 40}"]),
        ("one key, with a comma, long enough", ["one key, with a comma, long enough"]),
    ],
)
def test_earlier_keys_are_a_list_of_which_one_may_have_a_comma(
    monkeypatch: pytest.MonkeyPatch, given_: str, keys: list[str]
) -> None:
    monkeypatch.setenv("HELPDESK_OLD_SECRET_KEYS", given_)
    assert Settings.load().earlier_secrets == keys


ANA, BO = "ana@partner.example", "bo@partner.example"


@pytest.mark.parametrize(
    "value",
    [
        f"{ANA},{BO}",
        f"{ANA}; {BO};",
        f"{ANA}\n{BO}\n",
        f"{ANA}\r\n{BO}",
        f'"{ANA}", "{BO}"',
        f"'{ANA},{BO}'",
        f'"{ANA}; {BO}"',
        f"“{ANA}”, ‘{BO}’",
        f"mailto:{ANA}, MAILTO:{BO}",
        f'["{ANA}", "{BO}"]',
        f'[ "mailto:{ANA}",\n  "{BO}" ]\n',
        f"['{ANA}', '{BO}']",
        f'\'["{ANA}", "{BO}"]\'',
    ],
)
def test_a_list_may_be_written_as_people_write_one(environment: pytest.MonkeyPatch, value: str) -> None:
    environment.setenv("HELPDESK_PARTNER_ADMINS", value)
    assert Settings.load().partner_admins == (ANA, BO)


def test_quotes_that_belong_to_an_address_stay(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HELPDESK_PARTNER_ADMINS", '"john smith"@partner.example; "foo..bar"@partner.example')
    assert len(Settings.load().partner_admins) == 2
    assert Settings.load().partner_admins[0] == '"john smith"@partner.example'


def test_addresses_of_ipv6_in_brackets_are_no_json(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("NO_PROXY", "[::1], localhost")
    assert Settings.load().no_proxy == ("[::1]", "localhost")


@pytest.mark.parametrize("value", ["[]", '[""]', ";,;", "\n", "''"])
def test_a_list_with_nothing_in_it_is_empty(environment: pytest.MonkeyPatch, value: str) -> None:
    environment.setenv("HELPDESK_DESK_SPACES", value)
    assert Settings.load().desk_spaces == ()
