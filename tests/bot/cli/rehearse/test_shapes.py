"""Where an answer differs from the documents is told by names and kinds, and calls are told without ids."""

import pytest
from aiohttp import web

from bot.cli.rehearse.calls import Calls
from bot.cli.rehearse.shapes import PERSON, differences
from helpdesk.platform.webex.client import open_session
from tests.bot.cli.doctor.answering import Answering, served

WHOLE = {"id": "x", "emails": ["ana@x.example"], "displayName": "Ana", "orgId": "y", "created": "z", "type": "person"}


def test_an_answer_as_documented_differs_in_nothing() -> None:
    assert differences("GET /people/me", {**WHOLE, "more": 1}, PERSON) == []


@pytest.mark.parametrize("name", PERSON)
def test_what_is_missing_is_named(name: str) -> None:
    left = {each: value for each, value in WHOLE.items() if each != name}
    assert differences("GET /people/me", left, PERSON) == [f"GET /people/me: {name} is missing"]


@pytest.mark.parametrize(("value", "kind"), [(None, "NoneType"), (7, "int"), ({"ana@x.example": 1}, "dict")])
def test_what_is_of_another_kind_is_named_without_its_value(value: object, kind: str) -> None:
    told = differences("GET /people/me", {**WHOLE, "orgId": value}, PERSON)
    assert told == [f"GET /people/me: orgId is {kind} instead of str"]


def test_what_is_no_object_is_told() -> None:
    assert differences("GET /people", ["ana@x.example"], PERSON) == ["GET /people: list instead of an object"]


async def test_calls_are_noted_without_ids_and_queries() -> None:
    answering = Answering(lambda request: web.json_response({}, status=404))
    async with served(answering), open_session() as session:
        calls = Calls(f"{answering.url}/v1")
        session.trace_configs.append(calls.trace())
        for path in (
            "/v1/people/Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x",
            "/v1/people?email=ana@x.example",
            "/v1/a@x.example",
        ):
            async with session.get(answering.url + path):
                pass
    assert [(call.path, call.outcome) for call in calls.made] == [
        ("/v1/people/{id}", "404"),
        ("/v1/people", "404"),
        ("/v1/{id}", "404"),
    ]
