"""Consents on both databases."""

import pytest

from helpdesk.store import Store
from tests.helpdesk.consent.asked import Asking


@pytest.fixture
def asking(demo_store: Store) -> Asking:
    return Asking(demo_store)
