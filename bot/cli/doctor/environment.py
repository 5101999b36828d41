"""Variables that count for nothing, and a file of settings that others can read."""

import os

from bot.cli.doctor.finding import Finding, warning
from bot.settings.dot_env import env_file, is_open_to_others
from bot.settings.misspelt import misspelt


def of_environment() -> list[Finding]:
    """A finding for each thing that is wrong; none where nothing is."""
    found = [_misspelt(each.name, each.nearest) for each in misspelt(os.environ)]
    file = env_file()
    if file and is_open_to_others(file):
        found.append(warning(f"Others on this machine can read {file.name}.", f"chmod 600 {file.name}"))
    return found


def _misspelt(name: str, nearest: str) -> Finding:
    advice = f"Did you mean {nearest}?" if nearest else "The README lists those that are."
    return warning(f"{name} is no setting of the desk, so it counts for nothing.", advice)
