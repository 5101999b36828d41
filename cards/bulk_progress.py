"""The one line that says how far a list is: edited while it goes on, and its last words."""

from cards.bulk import reference
from helpdesk.platform.language import Language
from helpdesk.platform.store.tables.bulk import BulkRun


def progress(run: BulkRun, left: int, total: int, say: Language) -> str:
    """The one line that is edited while it goes on; its reference tells it from every other."""
    return say(
        "List {reference}: {done} of {total} addresses done …", reference=reference(run), done=total - left, total=total
    )


def end(run: BulkRun, left: int, total: int, say: Language) -> str:
    """The last words of that line: no names, since they may be for somebody who may not see them any more."""
    known = {"reference": reference(run), "done": total - left, "total": total}
    if run.stopped:
        return say("List {reference}: stopped after {done} of {total} addresses.", **known)
    return say("List {reference}: {done} of {total} addresses done.", **known)


def with_file(run: BulkRun, say: Language) -> str:
    return say("List {reference}: the result, line by line.", reference=reference(run))
