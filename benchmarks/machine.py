"""What the figures were taken on."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version

import psutil

LIBRARIES = ("aiohttp", "uvloop", "webex-bot", "sqlalchemy", "sqlmodel", "asyncpg", "pydantic", "webexpythonsdk")


def described() -> str:
    gigabytes = psutil.virtual_memory().total / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            f"- {os.cpu_count()} cores, {gigabytes:.0f} GiB, {platform.system()} {platform.machine()}",
            f"- {platform.python_implementation()} {platform.python_version()}; {libraries}",
        ]
    )
