"""Many addresses at once: pasted or in a file, shown, confirmed with a reason, cleared, and told line by line."""

import csv
import io
from datetime import timedelta

from helpdesk.audit import Audit
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.proof.gate import Act, Need, Rule
from helpdesk.proof.gate.policy import set_rule
from playground.rooms import File
from tests.chat import PAT, SAM, Chat, Seen
from tests.sessions import writing

WHY = "The customer's mail server was down on Monday"
COMPLAINED = "complained@acme.example"
HELD = [f"held{number}@acme.example" for number in range(6)]
LIST = [PAT, SAM, COMPLAINED, *HELD, "no address", f"Pat <{PAT.upper()}>", "unknown@nowhere.example"]


async def hold_back(chat: Chat) -> None:
    async with writing(chat.store) as session:
        session.add(Suppression(address=COMPLAINED, reason="complaint"))
        session.add_all([Suppression(address=each, reason="bounce", detail="550 5.1.1 no such user") for each in HELD])


async def still_listed(chat: Chat) -> set[str]:
    async with writing(chat.store) as session:
        found = [await session.get(Suppression, (each, reason)) for each, reason in _listed()]
    return {each.address for each in found if each}


def _listed() -> list[tuple[str, str]]:
    return [(PAT, "bounce"), (COMPLAINED, "complaint"), *((each, "bounce") for each in HELD)]


def result_rows(seen: Seen) -> list[list[str]]:
    (file,) = seen.message.files
    assert file.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))


async def test_a_pasted_list_is_shown_confirmed_cleared_and_told_line_by_line(chat: Chat) -> None:
    await hold_back(chat)
    shown = await chat.says("bulk\n" + "\n".join(LIST))
    assert shown.heading == "7 of 12 lines can be cleared"
    assert f"1. {PAT} – bounce – Can be cleared" in shown.text
    assert f"2. {SAM} – Not listed" in shown.text
    assert f"3. {COMPLAINED} – spam complaint – Left out, see below" in shown.text
    assert "10. no address – No address" in shown.text
    assert f"11. Pat <{PAT.upper()}> – Repeated" in shown.text
    assert len(await still_listed(chat)) == 8, "to look clears nothing"

    refused = await chat.presses(shown, "Ask a second agent", reason="short")
    assert refused.heading == "A reason takes 10 to 500 characters."
    asked = await chat.presses(shown, "Ask a second agent", reason=WHY)
    request = await chat.later(asked, f"{chat.ana.email} asks you to approve clearing 7 addresses")
    assert {"Listed for: bounce: 7", f"Reason given: {WHY}"} <= set(request.text.splitlines())
    own = await chat.presses(request, "Approve")
    assert own.heading == "Nobody approves a list of their own."
    assert len(await still_listed(chat)) == 8, "to ask clears nothing"
    begun = await chat.presses(request, "Approve", who=chat.bo)
    assert begun.heading.endswith("is approved")

    line = await chat.later(begun, "List ")
    result = await chat.later(line, "7 addresses were cleared")
    assert "Spam complaint kept: 1" in result.text
    file = await chat.later(line, line.text.partition(":")[0] + ": the result")
    assert line.message.text.endswith("10 of 10 addresses done.")
    assert 1 <= line.message.edits <= 10
    assert {each.message.parent_id for each in (begun, line, result, file)} == {shown.message.parent_id}

    head, *rows = result_rows(file)
    assert head == ["Line", "Address", "Result", "Listed for"]
    assert rows[0] == ["1", PAT, "Cleared", "bounce"]
    assert rows[2] == ["3", COMPLAINED, "Spam complaint kept", "spam complaint"]
    assert rows[9:] == [
        ["10", "no address", "No address", ""],
        ["11", f"Pat <{PAT.upper()}>", "Repeated", ""],
        ["12", "unknown@nowhere.example", "Not listed", ""],
    ]
    assert await still_listed(chat) == {COMPLAINED}
    (act,) = await Audit(chat.store).about(HELD[0])
    assert (act.actor, act.action, act.outcome, act.reason) == (chat.ana.email, "unsuppress", "cleared: bounce", WHY)


async def test_a_file_leads_to_the_same_and_leaves_complaints_out(chat: Chat) -> None:
    await hold_back(chat)
    sheet = "Name;E-mail;Team\r\n" + "".join(f"User;{each};A\r\n" for each in (COMPLAINED, HELD[0]))
    shown = await chat.says("", file=File("people.csv", "text/csv", sheet.encode("utf-16")))
    assert shown.heading == "1 of 2 lines can be cleared"
    assert "Read from the column “E-mail”." in shown.text
    await chat.vouched(HELD[0])
    await chat.later(await chat.presses(shown, "Clear them", reason=WHY, complaints="clear"), "1 address was cleared")
    assert {COMPLAINED, HELD[0]} & await still_listed(chat) == {COMPLAINED}


async def test_a_list_of_one_waits_for_a_proven_caller_as_one_address_does(chat: Chat) -> None:
    """What was seen: `bulk <one address>` cleared it, past the policy, for one advanced agent alone."""
    refused = await chat.presses(await chat.says(f"bulk {PAT}"), "Clear them", reason=WHY)
    assert refused.heading == "First prove that the caller is Pat Lindqvist"
    assert PAT in await still_listed(chat)
    await set_rule(chat.store, Act.CLEAR, Rule(Need.SECOND_AGENT, is_told=False), "a decision")
    refused = await chat.presses(await chat.says(f"bulk {PAT}"), "Clear them", reason=WHY)
    assert set(refused.buttons) == {"Ask a second agent"}
    assert PAT in await still_listed(chat)


async def test_of_few_addresses_those_with_no_proven_caller_are_named_and_left_out(chat: Chat) -> None:
    await hold_back(chat)
    shown = await chat.says(f"bulk {PAT} {HELD[0]} {HELD[1]}")
    refused = await chat.presses(shown, "Clear them", reason=WHY)
    assert refused.heading == "First prove who the callers are"
    assert all(each in refused.text for each in ("Pat Lindqvist", HELD[0], HELD[1]))
    await chat.vouched(HELD[0])
    begun = await chat.presses(shown, "Clear them", reason=WHY)
    assert f"{PAT}, {HELD[1]}" in begun.text.splitlines()
    await chat.later(begun, "1 address was cleared")
    assert {PAT, HELD[0], HELD[1]} & await still_listed(chat) == {PAT, HELD[1]}


async def test_a_list_that_was_declined_withdrawn_or_left_for_an_hour_is_not_cleared(chat: Chat) -> None:
    await hold_back(chat)
    for way in ("Decline", "Withdraw", "later"):
        shown = await chat.says("bulk " + " ".join(HELD))
        asked = await chat.presses(shown, "Ask a second agent", reason=WHY)
        request = await chat.later(asked, f"{chat.ana.email} asks you")
        if way == "Decline":
            assert (await chat.presses(request, way, who=chat.bo)).heading.endswith("was declined")
        elif way == "Withdraw":
            assert (await chat.presses(asked, way)).heading == "The list was dropped"
        else:
            chat.clock.ahead = timedelta(hours=1, seconds=1)
        refused = await chat.presses(request, "Approve", who=chat.bo)
        assert refused.heading in ("This list was dropped.", "This card is too old")
    assert set(HELD) <= await still_listed(chat)


async def test_who_asks_in_their_own_conversation_is_approved_in_the_desk_space(chat: Chat) -> None:
    await hold_back(chat)
    direct = chat.direct(chat.ana)
    shown = await chat.says("bulk " + " ".join(HELD), to=direct)
    asked = await chat.presses(shown, "Ask a second agent", reason=WHY)
    assert "The request is in the desk space." in asked.text
    request = Seen(await chat.cloud.next_message(chat.space, after=shown.message, by=chat.bot, timeout=20))
    await chat.presses(request, "Approve", who=chat.bo)
    await chat.later(asked, "6 addresses were cleared")
    assert not set(HELD) & await still_listed(chat)


async def test_unsuppress_with_several_addresses_leads_to_the_list(chat: Chat) -> None:
    await hold_back(chat)
    shown = await chat.says(f"unsuppress {HELD[0]}, {HELD[1]}")
    assert shown.heading == "2 of 2 lines can be cleared"
    assert (await chat.presses(shown, "Drop the list")).heading == "The list was dropped"
    assert set(HELD) <= await still_listed(chat)


async def test_one_list_confirmed_twice_is_cleared_once(chat: Chat) -> None:
    await hold_back(chat)
    shown = await chat.says("bulk " + " ".join(HELD[:5]))
    for each in HELD[:5]:
        await chat.vouched(each)
    begun = await chat.presses(shown, "Clear them", reason=WHY)
    again = await chat.presses(shown, "Clear them", who=chat.ana, reason=WHY)
    assert again.heading == "This button was used already"
    await chat.later(begun, "5 addresses were cleared")
    assert len(await Audit(chat.store).about(HELD[0])) == 1


async def test_a_file_that_is_no_csv_is_refused_in_words(chat: Chat) -> None:
    packed = await chat.says("bulk", file=File("people.csv", "text/csv", b"PK\x03\x04 a workbook"))
    assert packed.heading.startswith("The desk cannot read this file")
    long = "\n".join(f"user{number}@acme.example" for number in range(30_000))
    assert (await chat.says("bulk", file=File("a.csv", "text/csv", long.encode()))).heading == (
        "30,000 lines are too many: 1,000 go at once."
    )
    huge = File("b.csv", "text/csv", b"x" * (1024 * 1024 + 1))
    assert (await chat.says("bulk", file=huge)).heading == "The file is too large: 1,024 KB is the most."
