"""An agent attaches what they have: lists of every form, several at once, a mail that came back, a picture."""

import io
import json

import pytest
from openpyxl import Workbook

from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from playground.rooms import File
from tests.chat import PAT, SAM, Chat

NOTICE = (
    "Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@mx.acme.example>\r\nTo: helpdesk@partner.example\r\n"
    "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
    "--x\r\nContent-Type: text/plain\r\n\r\nYour mail came back.\r\n"
    "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n"
    f"Final-Recipient: rfc822; {PAT}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    f"Diagnostic-Code: smtp; 550 5.1.1 <{PAT}>: User unknown\r\n\r\n--x--\r\n"
)
CSV = File("users.csv", "text/csv", f"Name,Manager,E-mail\nSam,{PAT},{SAM}\nPat,{SAM},{PAT}\n".encode())
JSON = File("list.json", "application/json", json.dumps({"items": [{"address": PAT}, {"address": SAM}]}).encode())
EML = File("returned.eml", "message/rfc822", NOTICE.encode())
PICTURE = File("screen.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(100))


def workbook() -> File:
    book = Workbook()
    for row in (["Name", "E-mail"], ["Pat", PAT], ["Sam", SAM]):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return File("users.xlsx", "application/vnd.ms-excel", made.getvalue())


@pytest.mark.parametrize("file", [CSV, JSON, workbook()], ids=["csv", "json", "xlsx"])
async def test_a_list_of_any_form_is_shown_with_what_would_happen(chat: Chat, file: File) -> None:
    shown = await chat.says("bulk", file=file)
    assert shown.heading == "1 of 2 lines can be cleared"
    assert f"{PAT} – bounce – Can be cleared" in shown.text


@pytest.mark.parametrize("file", [CSV, JSON, workbook()], ids=["csv", "json", "xlsx"])
async def test_find_with_a_file_looks_its_addresses_up(chat: Chat, file: File) -> None:
    found = await chat.says("find", file=file)
    assert "Pat Lindqvist" in found.text
    assert "Sam Okafor" in found.text


async def test_a_pasted_table_is_looked_up_by_its_addresses(chat: Chat) -> None:
    assert (await chat.says(f"Name,E-mail,Manager\nPat,{PAT},{SAM}")).heading == "Pat Lindqvist"
    assert (await chat.says(json.dumps([{"email": PAT, "manager": SAM}]))).heading == "Pat Lindqvist"


async def test_several_files_are_taken_together(chat: Chat) -> None:
    shown = await chat.says("bulk", files=[CSV, JSON])
    assert shown.heading.endswith("of 4 lines can be cleared")
    assert "Repeated" in shown.text
    refused = await chat.says("bulk", files=[CSV, PICTURE])
    assert refused.heading.startswith("The desk cannot read this file")
    assert (await chat.says("bulk", files=[CSV] * 11)).heading == "10 files are the most that go in one message."


@pytest.mark.parametrize("words", ["", "find", "bulk", "email"])
async def test_a_mail_that_came_back_is_explained(chat: Chat, words: str) -> None:
    answer = await chat.says(words, file=EML)
    assert answer.heading == f"Mail to {PAT} came back"
    assert "There is no such mailbox." in answer.text


@pytest.mark.parametrize("words", ["", "find", "bulk", "email", "hello"])
async def test_a_picture_gets_an_answer_that_says_what_can_be_done_with_files(chat: Chat, words: str) -> None:
    answer = await chat.says(words, file=PICTURE)
    assert answer.heading.startswith("The desk cannot read this file: it is a picture")
    assert "CSV, Excel .xlsx, JSON" in answer.text
    assert ".eml" in answer.text


async def test_an_agent_who_may_clear_no_list_has_its_addresses_looked_up(chat: Chat) -> None:
    await add_agent(chat.store, chat.kim.email, Role.AGENT, "a test")
    found = await chat.says("", who=chat.kim, to=chat.cloud.direct(chat.kim, chat.bot), file=CSV)
    assert "Sam Okafor" in found.text


@pytest.mark.parametrize("file", [CSV, JSON, EML], ids=["csv", "json", "eml"])
async def test_one_that_is_cut_off_or_holds_a_nul_is_answered(chat: Chat, file: File) -> None:
    for content in (file.content[: len(file.content) // 2], file.content[:20] + b"\x00" + file.content[20:], b""):
        answer = await chat.says("bulk", file=File(file.name, file.content_type, content))
        assert answer.heading
        assert "reference" not in answer.text


async def test_lines_of_a_file_that_find_nobody_are_shown_beside_those_that_do(chat: Chat) -> None:
    """What was seen: of two addresses the known one alone was shown, as if it were all there was."""
    rows = f"Name,E-mail\nPat,{PAT}\nNew,unknown@nowhere.example\nNobody Known,\n"
    found = await chat.says("find", file=File("users.csv", "text/csv", rows.encode()))
    assert found.heading == "1 of 3 found"
    assert all(each in found.text for each in ("Pat Lindqvist", "unknown@nowhere.example", "Nobody Known"))
