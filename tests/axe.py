"""axe-core, which nobody here wrote: what of a page keeps people out who see, hear or move otherwise."""

from typing import Any

from tests.demo import ROOT, missing

SCRIPT = ROOT / "tests" / "servers" / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Everything that a page is looked at in: its width and its colours.
LOOKS = {
    f"{name}, {colours}": {"viewport": size, "color_scheme": colours}
    for name, size in (("desktop", DESKTOP), ("phone", PHONE))
    for colours in ("light", "dark")
}


def findings(page: Any) -> list[str]:
    """Of whatever weight, a line each; empty for a page that everybody can use."""
    if not SCRIPT.exists():
        missing("axe-core is not fetched (make test-all does)")
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run()")
    assert found["passes"], "something was looked at"
    return [
        f"{each['impact']} {each['id']} {node['target']}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
