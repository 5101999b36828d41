"""`make structure`: what the structure of the code is held to, measured; exit status 1 where something is over its bar.

Counts imports under `TYPE_CHECKING` like any other: a circle is one for its reader, too.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "commands", "cards", "helpdesk", "playground")
MIGRATIONS = "helpdesk/platform/store/migrations/versions"
MOST_LINES = 330
MOST_LOOSE = {"bot": 8, "helpdesk": 10}
MOST_IN_A_FOLDER = 18
# One file a keyword, and one a subject: as many as there are.
MAY_BE_LONG = {"commands", "cards", MIGRATIONS}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}


@cache
def sources() -> Mapping[str, ast.Module]:
    """Every module of our packages, by its path from the root."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in paths}


def name_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def imports() -> Mapping[str, set[str]]:
    """Module -> the modules of ours that it imports."""
    names = {name_of(path) for path in sources()}
    found = defaultdict[str, set[str]](set)
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found[name_of(path)] |= {each.name for each in node.names} & names
            elif isinstance(node, ast.ImportFrom) and node.module:
                wanted = {f"{node.module}.{each.name}" for each in node.names}
                found[name_of(path)] |= (wanted & names) or ({node.module} & names)
    return found


def rooms_of(package: str) -> Mapping[str, set[str]]:
    """The rooms of a package, each with those of its other rooms that it imports. A loose module is a room."""

    def room(name: str) -> str:
        return ".".join(name.split(".")[: package.count(".") + 2])

    arrows = defaultdict[str, set[str]](set)
    for name, wanted in imports().items():
        for other in wanted:
            if name.startswith(f"{package}.") and other.startswith(f"{package}.") and room(name) != room(other):
                arrows[room(name)].add(room(other))
    return arrows


def circle_of(arrows: Mapping[str, set[str]]) -> list[str]:
    """The rooms that can be reached from themselves, the biggest circle first found; empty for none."""

    def reached(start: str) -> set[str]:
        seen, todo = set[str](), [*arrows.get(start, ())]
        while todo:
            if (room := todo.pop()) not in seen:
                seen.add(room)
                todo.extend(arrows.get(room, ()))
        return seen

    within = {room: reached(room) for room in arrows}
    return sorted(room for room in arrows if room in within[room])


def folders() -> Iterator[str]:
    yield from sorted({str(Path(path).parent) for path in sources()})


def circles() -> Iterator[str]:
    for folder in folders():
        if circle := circle_of(rooms_of(folder.replace("/", "."))):
            yield f"{folder}: {', '.join(circle)}"


def loose_modules() -> Iterator[str]:
    count = defaultdict[str, int](int)
    for path in sources():
        if not path.endswith(("__init__.py", "__main__.py")):
            count[str(Path(path).parent)] += 1
    for folder, number in count.items():
        if folder not in MAY_BE_LONG and number > (most := MOST_LOOSE.get(folder, MOST_IN_A_FOLDER)):
            yield f"{folder}: {number} modules, of {most}"


def long_files() -> Iterator[str]:
    yield from _long(PACKAGES)


def long_test_files() -> Iterator[str]:
    yield from _long(("tests", "benchmarks"))


def _long(folders: Iterable[str]) -> Iterator[str]:
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    for path in paths:
        if "node_modules" in path.parts:
            continue
        if (lines := path.read_text().count("\n")) > MOST_LINES and MIGRATIONS not in str(path):
            yield f"{path.relative_to(ROOT)}: {lines} lines"


def types_twice() -> Iterator[str]:
    where = defaultdict[str, list[str]](list)
    for path, tree in sources().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(path)
    for name, paths in sorted(where.items()):
        # The playground imports nothing of ours, and speaks of the same things.
        ours = [path for path in paths if not path.startswith("playground/")]
        if len(ours) > 1:
            yield f"{name}: {', '.join(ours)}"


def living_migrations() -> Iterator[str]:
    for path in sources():
        if path.startswith(MIGRATIONS) and imports()[name_of(path)]:
            yield f"{path}: {', '.join(sorted(imports()[name_of(path)]))}"


def sentences_in_logs() -> Iterator[str]:
    for path, tree in sources().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=method), args=[ast.Constant(value=str(event)), *_]
                ):
                    if method in LOG_METHODS and not event.replace("_", "").isalnum():
                        yield f"{path}:{node.lineno}: {event!r}"


# What is measured, and how many of it may be.
BARS: Mapping[Callable[[], Iterator[str]], int] = {
    circles: 0,
    loose_modules: 0,
    long_files: 0,
    long_test_files: 13,  # to be split; no new one may join them
    types_twice: 6,
    living_migrations: 0,
    sentences_in_logs: 0,
}


def main() -> int:
    over = 0
    for measure, bar in BARS.items():
        found = list(measure())
        over += len(found) > bar
        print(f"{'OVER' if len(found) > bar else 'good'}  {measure.__name__.replace('_', ' ')}: {len(found)} of {bar}")
        for line in found[:200]:
            print(f"      {line}")
    return min(over, 1)


if __name__ == "__main__":
    sys.exit(main())
