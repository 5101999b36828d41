"""Variables that look like settings of the desk and are none: a setting that was misspelt counts for nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot.settings import Settings
from bot.settings.dot_env import FILE_VARIABLE, is_like_ours

_PREFIX = "HELPDESK_"
# What stands for it in HELP_DESK_PORT, helpdesk-port and HELPDSK_PORT.
_BEGINNING = re.compile(r"HELP_?DESK_?|[^_]*_?")
# Kubernetes tells each pod of all services: one that is called helpdesk gives HELPDESK_PORT=tcp://10.0.0.1:8080.
_OF_KUBERNETES = re.compile(r"_SERVICE_(HOST|PORT(_\w+)?)$|_PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?$")
_NEAR, _VERY_NEAR = 0.7, 0.9
MOST = 20


@dataclass(frozen=True, slots=True)
class Misspelt:
    """`nearest` is empty where no setting has a name like it."""

    name: str
    nearest: str

    def __str__(self) -> str:
        advice = f"did you mean {self.nearest}?" if self.nearest else "see the README for those that are"
        return f"{self.name} is no setting of the desk, so it counts for nothing; {advice}"


def misspelt(environment: Mapping[str, str]) -> list[Misspelt]:
    """By name, at most MOST of them."""
    listed = {str(field.validation_alias) for field in Settings.model_fields.values()} | {FILE_VARIABLE}
    # A field is looked up by its own name, too.
    known = listed | {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    found = []
    for name, value in sorted(environment.items()):
        if name.upper() in known or _is_of_kubernetes(name, value):
            continue
        if is_like_ours(name):
            found.append(Misspelt(name, _nearest(name, listed)))
        elif name.upper().startswith("WEBEX_") and (near := get_close_matches(name.upper(), listed, 1, _VERY_NEAR)):
            found.append(Misspelt(name, near[0]))  # other programs have variables of their own that begin so
    return found[:MOST]


def _nearest(name: str, listed: set[str]) -> str:
    # The part that all have in common would make everything look alike.
    end = _BEGINNING.sub("", name.upper().replace("-", "_"), count=1)
    ends = {each.removeprefix(_PREFIX): each for each in sorted(listed)}
    near = get_close_matches(end, ends, 1, _NEAR)
    return ends[near[0]] if near else ""


def _is_of_kubernetes(name: str, value: str) -> bool:
    return bool(_OF_KUBERNETES.search(name)) and (name.upper() != "HELPDESK_PORT" or value.startswith(("tcp:", "udp:")))
