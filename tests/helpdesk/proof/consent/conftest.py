"""Consents on both databases."""

import pytest

from helpdesk.platform.store import Store
from tests.helpdesk.proof.consent.asked import Asking


@pytest.fixture
def asking(demo_store: Store) -> Asking:
    return Asking(demo_store)
