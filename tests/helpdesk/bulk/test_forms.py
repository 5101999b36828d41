"""What consoles export, pasted or as a file, in every form: the addresses of its people, and nobody else's."""

import json

import pytest

from helpdesk.bulk import MOST_BYTES
from helpdesk.bulk.reading import NoAddresses
from helpdesk.bulk.sheet import read_file, read_paste
from helpdesk.bulk.table import BrokenTable
from helpdesk.platform.errors import BadInput
from helpdesk.platform.text.pasted import clean

A, B = "a@acme.example", "b@acme.example"
BOSS = "boss@acme.example"

REASON = '"550 5.1.1 <x@y.example> no such user"'
SENDGRID = f"status,reason,email,created\n5.1.1,{REASON},{A},1700000000\n5.0.0,550 no,{B},1\n"
MAILGUN = f"address,code,error,created_at\n{A},550,No such mailbox,2026-01-01\n{B},605,Not delivering,2026-01-02\n"
CONTROL_HUB = (
    "First Name,Last Name,Display Name,User ID/Email (Required),Manager,User Status\n"
    f"Ana,Ruiz,Ana Ruiz,{A},{BOSS},Active\nBo,Larsen,Bo Larsen,{B},{BOSS},Active\n"
)
IN_OTHER_LANGUAGES = [
    ("ID utilisateur/adresse e-mail (obligatoire)", "Responsable"),
    ("Benutzer-ID/E-Mail (erforderlich)", "Vorgesetzter"),
    ("ID de usuario/correo electrónico (obligatorio)", "Gerente"),
    ("Identyfikator użytkownika/adres e-mail (wymagany)", "Kierownik"),
    ("Идентификатор пользователя/электронная почта", "Руководитель"),
    ("ユーザー ID/メール（必須）", "マネージャー"),
    ("用户 ID/电子邮件（必填）", "经理"),
    ("사용자 ID/이메일(필수)", "관리자"),
    ("Användar-ID/e-post (obligatoriskt)", "Chef"),
    ("Kullanıcı Kimliği/E-posta (Gerekli)", "Yönetici"),
    ("Sähköposti", "Esimies"),
    ("Correu electrònic", "Gestor"),
    ("E-naslov", "Vodja"),
    ("อีเมล", "ผู้จัดการ"),
    ("דוא״ל", "מנהל"),
    ("Địa chỉ email", "Người quản lý"),
]


def both(text: str) -> list[list[str | None]]:
    """The addresses of the text as a file, and of the same as a paste."""
    return [[each.address for each in read(text).lines] for read in (lambda t: read_file(t.encode()), read_paste)]


def compact(value: object) -> str:
    return json.dumps(value)


POSTMARK = {"Suppressions": [{"EmailAddress": each, "SuppressionReason": "HardBounce"} for each in (A, B)]}
POSTMARK_BOUNCES = {
    "TotalCount": 2,
    "Bounces": [{"Type": "HardBounce", "Email": each, "From": BOSS} for each in (A, B)],
}
SES = {"SuppressedDestinationSummaries": [{"EmailAddress": each, "Reason": "BOUNCE"} for each in (A, B)]}
SPARKPOST = {"results": [{"recipient": each, "type": "transactional", "source": "Bounce Rule"} for each in (A, B)]}
MAILGUN_API = {"items": [{"address": each, "code": "550"} for each in (A, B)], "paging": {"next": "https://x.example"}}
WEBEX = {"items": [{"id": "1", "emails": [each], "managerId": "x", "manager": {"value": BOSS}} for each in (A, B)]}
SCIM = {
    "Resources": [
        {"userName": each, "emails": [{"value": each}], "urn:x:User": {"manager": {"email": BOSS}}} for each in (A, B)
    ]
}
EVENTS = [
    {"notificationType": "Bounce", "mail": {"source": BOSS}, "bounce": {"bouncedRecipients": [{"emailAddress": each}]}}
    for each in (A, B)
]


@pytest.mark.parametrize(
    "text", [SENDGRID, MAILGUN, CONTROL_HUB, CONTROL_HUB.replace(",", ";"), CONTROL_HUB.replace(",", "\t")]
)
def test_a_table_of_a_console_gives_its_column_of_addresses(text: str) -> None:
    assert both(text) == [[A, B], [A, B]]


@pytest.mark.parametrize(("head", "manager"), IN_OTHER_LANGUAGES)
def test_the_users_of_control_hub_are_read_in_its_languages(head: str, manager: str) -> None:
    text = f"Name,{manager},{head}\nAna,{BOSS},{A}\nBo,{BOSS},{B}\n"
    assert both(text) == [[A, B], [A, B]]
    assert read_file(text.encode("utf-8-sig")).heading == read_paste(text).heading == clean(head)


@pytest.mark.parametrize(
    "value", [POSTMARK, POSTMARK_BOUNCES, SES, SPARKPOST, MAILGUN_API, WEBEX, SCIM, EVENTS, [A, B]]
)
def test_json_of_a_provider_is_read_on_one_line_and_on_many(value: object) -> None:
    assert both(compact(value)) == both(json.dumps(value, indent=2)) == [[A, B], [A, B]]


def test_json_lines_are_read_an_object_a_line() -> None:
    text = "\n".join(compact(each) for each in EVENTS)
    assert both(text) == both(text + "\n") == [[A, B], [A, B]]
    notes = "\n".join(compact({"Type": "Notification", "Message": compact(each)}) for each in EVENTS)
    assert both(notes) == [[A, B], [A, B]]


def test_an_object_without_an_address_is_a_line_that_says_what_it_holds() -> None:
    lines = read_paste(compact([{"email": A, "name": "Ana"}, {"email": "", "name": "Bo"}, {"name": "Cy"}])).lines
    assert [(each.number, each.text, each.address) for each in lines] == [(1, A, A), (2, "Bo", None), (3, "Cy", None)]


def test_a_cell_with_several_addresses_is_several_lines() -> None:
    assert both(f'name,mail\nAna,"{A}\n{B}"\nBo,{A}\n') == [[A, B, A], [A, B, A]]
    assert both(compact({"items": [{"emails": [A, B]}]}))[1] == [A, B]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "cp932", "cp1251"])
def test_a_table_is_read_in_the_encodings_of_consoles(encoding: str) -> None:
    heads = {"cp932": "氏名,メールアドレス,表示名", "cp1251": "Имя,Электронная почта,Отдел"}
    names = {"cp932": "山田太郎十表ソ能", "cp1251": "Анна Петрова"}
    head, name = heads.get(encoding, "Prénom,Adresse e-mail,Équipe"), names.get(encoding, "Zoé Müller")
    text = head + "\r\n" + "".join(f"{name},{each},{name}\r\n" for each in (A, B) * 5)
    found = read_file(text.encode(encoding))
    assert [each.address for each in found.lines] == [A, B] * 5
    assert found.heading == head.split(",")[1]


@pytest.mark.parametrize("value", [POSTMARK, SES, EVENTS])
def test_json_that_is_cut_off_is_refused_whole(value: object) -> None:
    text = json.dumps(value, indent=1)
    for end in range(len(text) // 2, len(text) - 2, 7):
        with pytest.raises(BrokenTable):
            read_paste(text[:end])


@pytest.mark.parametrize("text", ["{}", "[]", '{"items": []}', "[1, 2]", "{", '["', "[[[[" * 5000, '[{"a":' * 5000])
def test_json_without_an_address_is_refused_in_words(text: str) -> None:
    for read in (read_paste, lambda each: read_file(each.encode())):
        with pytest.raises((NoAddresses, BrokenTable)):
            read(text)


@pytest.mark.parametrize("filler", ['{"a":', "[", '{"email":"a@b.example"},', '{"email":"a@b.example"}\n', '["', "9"])
def test_the_largest_json_is_read_or_refused_and_never_fails(filler: str) -> None:
    try:
        read_file((("[" if filler.startswith("{") else "") + filler * MOST_BYTES)[:MOST_BYTES].encode())
    except BadInput:
        return


@pytest.mark.parametrize(
    "text", [f"{A}, {B}", f"Ana {A}\nBo {B}", f"{A},{B}\n{B},{A}", f"Hello,\nplease clear {A}\nThanks, {B}"]
)
def test_what_is_no_table_is_read_line_by_line(text: str) -> None:
    assert {A, B} <= {each.address for each in read_paste(text).lines}


@pytest.mark.parametrize("rows", [1, 2])
def test_an_address_within_a_reason_is_not_taken_where_no_heading_tells(rows: int) -> None:
    each_row = [f'5.1.1,"550 5.1.1 <x{n}@y.example> no such user",{each},{n}' for n, each in enumerate((A, B))]
    assert both("\n".join(each_row[:rows]) + "\n") == [[A, B][:rows]] * 2


def test_words_behind_an_address_do_not_hide_it_where_there_is_no_other() -> None:
    assert both(f"mail,room\nAna <{A}> work,1\nBo <{B}> home,2\n")[0] == [A, B]


def test_an_address_in_a_second_column_is_not_lost_from_a_paste() -> None:
    found = [each.address for each in read_paste(f"Ana {A}, {B}\nBo c@x.example, d@x.example\n").lines]
    assert found == [A, B, "c@x.example", "d@x.example"]


def test_a_manager_repeats_where_headings_are_in_an_unknown_language() -> None:
    assert both(f"naam,xx,yy\nAna,{BOSS},{A}\nBo,{BOSS},{B}\n")[0] == [A, B]


def test_who_else_a_mail_went_to_did_not_bounce() -> None:
    mails = [{**each, "mail": {"source": BOSS, "destination": [A, B, BOSS]}} for each in EVENTS]
    assert both(compact(mails)) == [[A, B], [A, B]]
    notes = [{"Type": "Notification", "Message": compact(each)} for each in mails]
    assert both(compact(notes)) == [[A, B], [A, B]]


def test_a_paste_may_name_its_delimiter() -> None:
    assert both(f"\ufeffsep=;\r\nE-Mail;Name\r\n{A};x, y\r\n{B};z\r\n") == [[A, B], [A, B]]
