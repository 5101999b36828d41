"""`.env` gives what the environment does not; a file that cannot be read is named by its line, and nothing is taken."""

from pathlib import Path

import pytest

from bot.settings.dot_env import LARGEST, BadEnvFile, load, variables
from tests.bot.cli.test_main import Shell

pytestmark = pytest.mark.long

ADMINS = "HELPDESK_PARTNER_ADMINS"
SECRET = "s3cr3t-of-the-tests-and-long-enough!"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(**environment: str) -> dict[str, str]:
    load(environment)
    return environment


def test_the_environment_goes_before_the_file(folder: Path) -> None:
    (folder / ".env").write_text("HELPDESK_MAIL_FROM=file@x.example\nHTTPS_PROXY=http://file:1\nPORT=1\n")
    found = loaded(HELPDESK_MAIL_FROM="mine@x.example", https_proxy="http://mine:1")
    assert found == {"HELPDESK_MAIL_FROM": "mine@x.example", "https_proxy": "http://mine:1", "PORT": "1"}


def test_values_are_read_as_dotenv_writes_them(folder: Path) -> None:
    text = (
        "\ufeff# a comment\n\nexport HELPDESK_SECRET_KEY='a $HOME # b \\' c'\r\n"
        'HELPDESK_PARTNER_ADMINS="a@x.example\nb@x.example"\nPORT=80 # of the proxy\n'
    )
    (folder / ".env").write_bytes(text.encode())
    assert loaded() == {
        "HELPDESK_SECRET_KEY": "a $HOME # b ' c",
        ADMINS: "a@x.example\nb@x.example",
        "PORT": "80",
    }


def test_only_the_desks_own_variables_are_taken(folder: Path) -> None:
    (folder / ".env").write_text("PATH=/evil\nPYTHONPATH=/evil\nLD_PRELOAD=x\nDATABASE_URL=x\nWEBEX_ADMIN_TOKEN=t\n")
    assert loaded() == {"WEBEX_ADMIN_TOKEN": "t"}


def test_another_file_can_be_named_and_none(folder: Path) -> None:
    (folder / ".env").write_text("PORT=1\n")
    (folder / "desk.env").write_text("PORT=2\n")
    assert loaded(HELPDESK_ENV_FILE="desk.env")["PORT"] == "2"
    assert "PORT" not in loaded(HELPDESK_ENV_FILE="")
    with pytest.raises(BadEnvFile, match="HELPDESK_ENV_FILE names a file that is not there"):
        loaded(HELPDESK_ENV_FILE="other.env")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"PORT=1\nHELPDESK_SECRET_KEY='{SECRET}".encode(), ".env line 2 cannot be read"),
        (f"PORT=1\n\n\nHELPDESK_SECRET_KEY='{SECRET}".encode(), ".env line 4 cannot be read"),
        (b"PORT=1\nHELPDESK_SECRET_K", ".env line 2 names HELPDESK_SECRET_K and no value"),
        (f"PORT=1\nHELPDESK_SECRET_KEY={SECRET}\0\n".encode(), ".env line 2 holds a NUL"),
        ("PORT=1\n".encode("utf-16"), ".env line 1 holds a NUL"),
        (b"PORT=1\nHELPDESK_SMTP_URL=smtp://u:s3cr3t\xe9@h\n", ".env line 2 is not UTF-8"),
        (b"HELPDESK_SECRET_KEY=" + SECRET.encode() * (LARGEST // 3), ".env is larger than 1 MiB"),
        (b"PORT=1\nHELPDESK_SYNC_HOURS=3\nPORT=2\n", ".env line 3 sets PORT to something else than line 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_without_its_values(
    folder: Path, content: bytes, said: str
) -> None:
    (folder / ".env").write_bytes(content)
    environment: dict[str, str] = {}
    with pytest.raises(BadEnvFile) as refused:
        load(environment)
    assert refused.value.problems[0].startswith(said)
    assert "s3cr3t" not in str(refused.value)
    assert environment == {}


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(BadEnvFile) as refused:
        variables("PORT\n=x\nHELPDESK_BIND\n")
    assert [problem.split()[2] for problem in refused.value.problems] == ["1", "2", "3"]


def test_the_same_file_twice_over_is_the_same(folder: Path) -> None:
    (folder / ".env").write_text("PORT=1\nHELPDESK_SYNC_HOURS=3\n" * 2)
    assert loaded() == {"PORT": "1", "HELPDESK_SYNC_HOURS": "3"}


def test_a_folder_of_that_name_is_no_file(folder: Path) -> None:
    (folder / ".env").mkdir()
    with pytest.raises(BadEnvFile, match="is no file"):
        load({})


COMMANDS = [
    ["agents", "list"],
    ["db", "upgrade"],
    ["sync"],
    ["run"],
    ["import", "x.json"],
    ["audit", "head"],
    ["audit", "verify"],
    ["export", "a@x.example"],
    ["forget", "a@x.example"],
    ["doctor"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_subcommand_reads_it(tmp_path: Path, words: list[str]) -> None:
    shell = Shell(tmp_path)
    shell.write("x.json", {"organizations": []})
    shell.write(".env", b"HELPDESK_DATABASE_URL=mysql://u:s3cr3t@h/d\nHELPDESK_SMPT_URL=s3cr3t\n")
    ended = shell(*words)
    said = " ".join([*ended.errors, ended.out])
    assert ended.status in (1, 2)
    assert "HELPDESK_DATABASE_URL must be" in said
    assert "HELPDESK_SMTP_URL" in said
    assert "HELPDESK_SMPT_URL" in said
    assert "s3cr3t" not in said


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_subcommand_refuses_one_that_is_cut_off(tmp_path: Path, words: list[str]) -> None:
    shell = Shell(tmp_path)
    shell.write("x.json", {"organizations": []})
    shell.write(".env", b"HELPDESK_SECRET_KEY='s3cr3t")
    ended = shell(*words)
    said = " ".join([*ended.errors, ended.out])
    assert ended.status in (1, 2)
    assert ".env line 1 cannot be read" in said
    assert "s3cr3t" not in said


def test_a_command_warns_of_what_is_misspelt_and_goes_on(tmp_path: Path) -> None:
    ended = Shell(tmp_path)("db", "upgrade", HELPDESK_SECERT_KEY="s3cr3t")
    assert ended.status == 0
    assert ended.errors == [
        "helpdesk: warning: HELPDESK_SECERT_KEY is no setting of the desk, so it counts for nothing; "
        "did you mean HELPDESK_SECRET_KEY?"
    ]


def test_the_doctor_tells_of_a_file_that_others_can_read(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write(".env", b"PORT=0\n")
    (tmp_path / ".env").chmod(0o644)
    assert "chmod 600 .env" in shell("doctor", HELPDESK_WEBEX_URL="http://127.0.0.1:9").out
