"""Many addresses at once: what would happen to each, how far it is, what became of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice

from cards.elements import Card, Element, Tone, area, button, card, facts, field, heading, text
from cards.words import REASON
from helpdesk.bulk import LineOutcome, Prospect, Stop
from helpdesk.bulk.approving import APPROVAL_LIFE, is_long
from helpdesk.people.access import Sender
from helpdesk.platform.language import Language, Text
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.proof.gate import Need

READ = "bulk.read"
CLEAR = "bulk.clear"
DROP = "bulk.drop"
STOP = "bulk.stop"
LINES = "bulk.lines"
APPROVE = "bulk.approve"
DECLINE = "bulk.decline"
REVIEW = "bulk.review"
RUN, FROM, SHOWN = "run", "from", "shown"
LIST, WHY = "list", "reason"
# Below what bot.webex.events takes of an input: what is longer would arrive cut off.
LONGEST_PASTE = 9_000
# Lines of a list on one card; more hides the buttons on a phone.
MOST = 20
MOST_OF_A_KIND = 5
_LONGEST_LINE = 80


# Of a line, before and behind: what is the same in both is one word.
WORDS: Mapping[str, Text] = {
    Prospect.CLEAR: Text("Can be cleared"),
    Prospect.COMPLAINT: Text("Left out, see below"),
    LineOutcome.CLEARED: Text("Cleared"),
    LineOutcome.LAGGING: Text("Cleared, still shown by the provider"),
    LineOutcome.COMPLAINT_KEPT: Text("Spam complaint kept"),
    LineOutcome.NOT_PROVEN: Text("Left out, caller not verified"),
    LineOutcome.LOCKED: Text("Locked by the provider"),
    LineOutcome.NOT_LISTED: Text("Not listed"),
    LineOutcome.REFUSED: Text("Refused by the provider"),
    LineOutcome.NO_ADDRESS: Text("No address"),
    LineOutcome.REPEATED: Text("Repeated"),
    LineOutcome.NOT_DONE: Text("Not done"),
}
# What a person has to look at comes first where not every line is shown.
_WEIGHT: Sequence[str] = (
    *(LineOutcome.NO_ADDRESS, Prospect.COMPLAINT, LineOutcome.COMPLAINT_KEPT, LineOutcome.NOT_PROVEN),
    *(
        LineOutcome.LOCKED,
        LineOutcome.REFUSED,
        LineOutcome.LAGGING,
        LineOutcome.NOT_DONE,
        Prospect.CLEAR,
        LineOutcome.CLEARED,
        LineOutcome.REPEATED,
        LineOutcome.NOT_LISTED,
    ),
)
_STOPPED = {
    Stop.BY_AGENT: Text("Stopped by {agent}"),
    Stop.ROLE: Text("Stopped: {agent} may not clear many addresses at once any more"),
    Stop.GATE: Text("Stopped: the policy wants a second agent to approve this list"),
    Stop.PROVIDER: Text("Stopped: the mail provider cannot be asked"),
}


def form(say: Language) -> Card:
    """What `bulk` without addresses shows."""
    return card(
        heading(say("Clear many addresses at once")),
        text(say("Paste them here, a line each, or attach files to your message: CSV, Excel or JSON.")),
        text(say("You see what would happen to each before anything is cleared."), Tone.SUBTLE),
        area(
            LIST,
            say("Addresses"),
            say("Paste the addresses, a line each."),
            placeholder="pat.lindqvist@acme.example",
            longest=LONGEST_PASTE,
        ),
        buttons=[button(say("Check"), READ, reads_inputs=True, is_main=True)],
    )


def looking(count: int, say: Language) -> Card:
    return card(heading(say.many("Looking up {count} address …", "Looking up {count} addresses …", count)))


def preview(run: BulkRun, items: Sequence[BulkItem], need: Need, reader: Sender, say: Language) -> Card:
    """What would happen to each, and a button to let it, that only `reader` may press; `need` is the gate's.

    Where the list is long, a second agent is needed for all of it, else for each address.
    """
    counts = Counter(map(_what, items))
    ready = counts[Prospect.CLEAR]
    about = {RUN: run.id}
    mine = partial(button, about=about, only_for=reader.person_id, once=True)
    waits = is_long(items) and need is Need.SECOND_AGENT
    begin = mine(say("Ask a second agent") if waits else say("Clear them"), CLEAR, reads_inputs=True, is_main=True)
    everything = button(say("Show every line"), LINES, {**about, FROM: 0}, only_for=reader.person_id)
    title = say("{ready} of {count} lines can be cleared", ready=ready, count=len(items))
    return card(
        heading(title, Tone.ATTENTION if ready else Tone.PLAIN),
        [text(say("Read from the column “{heading}”.", heading=run.heading[:_LONGEST_LINE]))] if run.heading else [],
        facts(_counted(counts, say)),
        _lines(items, say),
        _complaints(counts[Prospect.COMPLAINT], say),
        [*_before(waits, need, say), _why(say)] if ready else text(say("There is nothing to clear.")),
        buttons=[
            begin if ready else None,
            everything if len(items) > MOST else None,
            mine(say("Drop the list"), DROP) if ready else None,
        ],
    )


def lines(
    run: BulkRun, some: Sequence[BulkItem], start: int, total: int, say: Language, only_for: str | None = None
) -> Card:
    """A page of the list, as it stands now: of their own for the person `only_for`, else for who is to approve it."""
    end, action = start + len(some), LINES if only_for else REVIEW
    about = {RUN: run.id, FROM: end}
    more = button(say("Next page"), action, about, only_for=only_for) if end < total else None
    return card(
        heading(say("Lines of the list {reference}", reference=reference(run))),
        text(say("{first} to {last} of {total}", first=start + 1, last=end, total=total), Tone.SUBTLE),
        [_line(each, say) for each in some],
        buttons=[more],
    )


def asked(run: BulkRun, is_elsewhere: bool, reader: Sender, say: Language) -> Card:
    """To who wants the list cleared; `is_elsewhere` says that the request is in the desk space."""
    return card(
        heading(say("A second agent was asked to approve the list")),
        [text(say("The request is in the desk space."))] if is_elsewhere else [],
        text(say("It lapses after an hour. Until it is approved, nothing is cleared.")),
        buttons=[button(say("Withdraw"), STOP, {RUN: run.id}, only_for=reader.person_id)],
    )


def request(run: BulkRun, items: Sequence[BulkItem], say: Language) -> Card:
    """What the second agent sees. Anyone may press who may approve and see all of it, but for who asks."""
    counts = Counter(map(_what, items))
    reasons = Counter(each for item in items if _what(item) == Prospect.CLEAR for each in item.reasons)
    about = {RUN: run.id}
    shown = {**about, SHOWN: run.lines_hash or ""}
    ready = say.many("{count} address", "{count} addresses", counts[Prospect.CLEAR])
    return card(
        heading(say("{agent} asks you to approve clearing {ready}", agent=run.agent_email, ready=ready), Tone.WARNING),
        facts(
            [
                (say("List"), reference(run)),
                (say("Reason given"), run.reason or ""),
                (say("Listed for"), ", ".join(_tally(each, reasons[each], say) for each in sorted(reasons))),
                *_counted(counts, say),
            ]
        ),
        _lines(items, say),
        _complaints(counts[Prospect.COMPLAINT], say),
        text(say("Approve only if you know why these addresses may be cleared. Nothing beyond this list is cleared.")),
        buttons=[
            button(say("Approve"), APPROVE, shown, once=True, life=APPROVAL_LIFE),
            button(say("Show every line"), REVIEW, {**about, FROM: 0}) if len(items) > MOST else None,
            button(say("Decline"), DECLINE, about, once=True, life=APPROVAL_LIFE),
        ],
    )


def approved(run: BulkRun, by: str, say: Language) -> Card:
    return card(
        heading(say("List {reference} is approved", reference=reference(run)), Tone.GOOD),
        text(say("Approved by {agent}. It is being cleared.", agent=by)),
        text(say("How far it is, and what became of each, follows where {agent} asked.", agent=run.agent_email)),
    )


def declined(run: BulkRun, by: str, say: Language) -> Card:
    return card(
        heading(say("List {reference} was declined", reference=reference(run)), Tone.ATTENTION),
        text(say("Declined by {agent}. Nothing was changed.", agent=by)),
    )


def decided(run: BulkRun, say: Language) -> Card:
    """To who approves or declines what others have decided about."""
    return card(
        heading(say("List {reference} waits for nobody any more", reference=reference(run))),
        text(say("It was approved, declined or withdrawn before. Nothing was changed by pressing.")),
    )


def begun(run: BulkRun, items: Sequence[BulkItem], reader: Sender, say: Language) -> Card:
    """`items` tell which addresses are left out, since their callers are not verified."""
    left_out = [each.address or each.text for each in items if each.outcome == LineOutcome.NOT_PROVEN]
    return card(
        heading(say("The addresses are being cleared")),
        facts([(say("Left out, caller not verified"), ", ".join(left_out))]),
        text(say("How far it is, and what became of each, follows in this thread.")),
        buttons=[button(say("Stop"), STOP, {RUN: run.id}, only_for=reader.person_id)],
    )


def over(say: Language) -> Card:
    """To who confirms what has ended already."""
    return card(
        heading(say("This list was cleared already")),
        text(say("Nothing was changed by pressing it again. The result is in this thread.")),
    )


def dropped(say: Language) -> Card:
    return card(heading(say("The list was dropped")), text(say("Nothing was changed.")))


def stopping(say: Language) -> Card:
    return card(heading(say("It stops")), text(say("What was cleared until now stays cleared; the result follows.")))


def result(run: BulkRun, items: Sequence[BulkItem], say: Language) -> Card:
    """What became of the lines, those that a person should look at first."""
    counts = Counter(map(_what, items))
    cleared = counts[LineOutcome.CLEARED] + counts[LineOutcome.LAGGING]
    done = say.many("{count} address was cleared", "{count} addresses were cleared", cleared)
    stopped = _stopped(run, say)
    return card(
        heading(done, Tone.ATTENTION if stopped else Tone.GOOD if cleared else Tone.PLAIN),
        [text(stopped, Tone.WARNING)] if stopped else [],
        facts(
            [
                *_counted(counts, say),
                (say("Reason given"), run.reason or ""),
                (say("Approved by"), run.approved_by or ""),
            ]
        ),
        _lines(items, say),
        text(say("The file has every line. What was cleared can be put back for 24 hours, address by address.")),
    )


def rows(items: Sequence[BulkItem], say: Language) -> list[list[str]]:
    """The result file: a heading, then a row for each line."""
    heads = [say("Line"), say("Address"), say("Result"), say("Listed for")]
    return [heads, *([str(each.line), each.text, _word(each, say), _reasons(each, say)] for each in items)]


def reference(run: BulkRun) -> str:
    return run.id[:6].upper()


def _what(item: BulkItem) -> str:
    return item.outcome or item.prospect or ""


def _word(item: BulkItem, say: Language) -> str:
    what = _what(item)
    return say(WORDS[what]) if what else ""


def _reasons(item: BulkItem, say: Language) -> str:
    return ", ".join(say(REASON[Reason(each)]) for each in item.reasons)


def _counted(counts: Mapping[str, int], say: Language) -> list[tuple[str, str]]:
    return [(say(word), say.number(counts[what])) for what, word in WORDS.items() if counts.get(what)]


def _lines(items: Sequence[BulkItem], say: Language) -> list[Element]:
    if len(items) <= MOST:
        return [_line(each, say) for each in items]
    some = [each for kind in _WEIGHT for each in islice((one for one in items if _what(one) == kind), MOST_OF_A_KIND)]
    first = some[:MOST]
    rest = len(items) - len(first)
    return [
        *(_line(each, say) for each in first),
        text(say.many("and {count} more line", "and {count} more lines", rest), Tone.SUBTLE),
    ]


def _line(item: BulkItem, say: Language) -> Element:
    shown = item.text if len(item.text) <= _LONGEST_LINE else item.text[:_LONGEST_LINE] + "…"
    return text(" – ".join(filter(None, [f"{item.line}. {shown}", _reasons(item, say), _word(item, say)])))


def _complaints(count: int, say: Language) -> list[Element]:
    if not count:
        return []
    words = say("A spam complaint is the user’s own wish, so no list clears it. Clear such an address by itself.")
    return [text(words, Tone.WARNING)]


def _before(waits: bool, need: Need, say: Language) -> list[Element]:
    """What the gate asks before anything is cleared."""
    if waits:
        return [text(say("A list of so many addresses waits until a second agent approves it."))]
    if need is Need.NOTHING:
        return []
    return [text(say("An address is left out as long as its caller is not verified."))]


def _why(say: Language) -> Element:
    return field(
        WHY,
        say("Why they may be cleared"),
        say("Say why, in ten characters or more."),
        pattern=r"^.{10,}$",
        longest=500,
    )


def _tally(reason: str, count: int, say: Language) -> str:
    return f"{say(REASON[Reason(reason)])}: {say.number(count)}"


def _stopped(run: BulkRun, say: Language) -> str:
    return say(_STOPPED[Stop(run.stopped)], agent=run.agent_email) if run.stopped else ""
