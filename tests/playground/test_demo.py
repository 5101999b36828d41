"""The demo's data: the same each time, whole in itself, and of reserved names and numbers only."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from playground.demo import demo_file


@pytest.fixture(scope="module")
def data():
    return demo_file(seed=7)


def test_equal_arguments_give_equal_files(data):
    assert demo_file(seed=7) == data
    assert demo_file(seed=8) != data


def test_there_is_enough_of_everything(data):
    assert len(data["organizations"]) == 5
    assert 190 <= len(data["people"]) <= 220
    assert {one["status"] for one in data["emails"]} == {"delivered", "in progress", "unknown", "error"}
    assert {one["reason"] for one in data["suppressions"]} >= {"bounce", "complaint", "block"}
    names = Counter(one["displayName"] for one in data["people"])
    assert names["Maria Fernandes"] == 2
    assert "<b>Eve</b> [x](http://evil.example)" in names


def test_keys_are_unique_and_references_lead_somewhere(data):
    for kind in ("organizations", "people", "licenses", "roles", "devices"):
        ids = [one["id"] for one in data[kind]]
        assert len(set(ids)) == len(ids)
    organizations = {one["id"] for one in data["organizations"]}
    people = {one["id"] for one in data["people"]}
    for kind in ("people", "licenses", "devices", "numbers"):
        assert {one["orgId"] for one in data[kind]} <= organizations
    assert {one["ownerId"] for one in data["numbers"] if "ownerId" in one} <= people
    for key, kind in (("emails", "people"), ("mac", "devices"), ("serial", "devices"), ("phoneNumber", "numbers")):
        # What has only an extension has no number.
        assert Counter(str(one[key]) for one in data[kind] if one[key]).most_common(1)[0][1] == 1


def test_the_story_of_pat_and_sam(data):
    mails = {
        who: [one for one in data["emails"] if one["address"] == who]
        for who in ("pat.lindqvist@acme.example", "sam.okafor@acme.example")
    }
    pat, sam = mails.values()
    assert max(pat, key=lambda one: one["sentAt"])["status"] == "error"
    assert {one["status"] for one in sam} == {"delivered"}
    held = {one["address"]: one["reason"] for one in data["suppressions"]}
    assert held["pat.lindqvist@acme.example"] == "bounce"
    assert "sam.okafor@acme.example" not in held


def test_only_reserved_names_and_numbers_are_used(data):
    domains = [domain["domain"] for one in data["organizations"] for domain in one["domains"]]
    addresses = [one["emails"][0] for one in data["people"]]
    assert all(one.endswith(".example") for one in domains + addresses)
    fiction = r"\+121255501\d\d|\+4420794600\d\d\d|\+442079460\d\d\d|\+493023125\d\d\d"
    assert all(re.fullmatch(fiction, one["phoneNumber"]) for one in data["numbers"] if one["phoneNumber"])
    assert all(one["mac"].startswith("00:00:5E:00:53:") for one in data["devices"])


def test_times_lie_before_now():
    now = datetime(2030, 1, 1, tzinfo=UTC)
    made = demo_file(now=now)
    times = [one["created"] for one in made["people"]] + [one["sentAt"] for one in made["emails"]]
    assert max(times) < "2030-01-01"
    assert max(times) > "2029-12-01"
