"""What operators copy from the documents exists under that name."""

import re
from pathlib import Path

from bot.settings import Settings
from bot.settings.dot_env import FILE_VARIABLE
from helpdesk.platform.metrics import OUTCOMES, Metrics

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DEPLOY = (ROOT / "docs" / "deploy.md").read_text()
VARIABLES = {FILE_VARIABLE, *(str(field.validation_alias) for field in Settings.model_fields.values())}


def test_every_metric_of_the_alerts_is_served() -> None:
    metrics = Metrics()
    metrics.webex_call("GET", 200, 0.1)
    served = set(re.findall(r"helpdesk_\w+", metrics.render().decode()))
    named = set(re.findall(r"\bhelpdesk_[a-z_]+\b", DEPLOY))
    assert len(named) > 5
    assert named - served == set()


def test_every_outcome_of_the_alerts_is_counted() -> None:
    (outcomes,) = re.findall(r'outcome=~"([^"]+)"', DEPLOY)
    assert set(outcomes.split("|")) <= set(OUTCOMES)


def test_the_readme_lists_every_variable_and_no_other() -> None:
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)) == VARIABLES


def test_no_document_for_operators_names_a_variable_that_is_not_read() -> None:
    assert set(re.findall(r"\b(?:HELPDESK|WEBEX)_[A-Z_]+\b", README + DEPLOY)) <= VARIABLES
