"""REST answers have the official shape (see `rest` in conftest.py), and what Webex refuses is refused."""

import aiohttp
import pytest


async def post(rest, who, space, **body):
    answer = await rest(who, "POST", "/messages", {"roomId": space.id, **body})
    assert answer.status == 200, answer.body
    return answer.body


def test_answers_are_held_against_the_official_document(openapi):
    if openapi is None:
        pytest.skip("the official document is not on this machine")
    assert openapi.spec.get("paths")


async def test_every_call_needs_a_known_token(world, rest):
    assert (await rest(None, "GET", "/people/me")).status == 401
    for url in (world.cloud.catalog_url, f"{world.cloud.base_url}/wdm/api/v1/devices"):
        assert (await rest(None, "GET", url)).status == 401
    refused = await rest(None, "GET", "/messages", headers={})
    assert refused.body["trackingId"]
    assert refused.body["errors"][0]["description"] == refused.body["message"]


async def test_unknown_paths_and_methods_are_refused_as_json(world, rest):
    assert (await rest(world.bot, "GET", "/nothing")).status == 404
    answer = await rest(world.bot, "PATCH", "/messages", {})
    assert answer.status == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.body["message"] == "Method Not Allowed"


async def test_me_is_the_owner_of_the_token(world, rest):
    me = (await rest(world.bot, "GET", "/people/me")).body
    assert (me["id"], me["type"], me["emails"]) == (world.bot.id, "bot", ["help.desk@webex.bot"])


async def test_people_are_found_by_address_name_and_id(world, rest):
    async def found(query):
        return [one["id"] for one in (await rest(world.bot, "GET", f"/people?{query}")).body["items"]]

    assert await found("email=ANA.RUIZ@partner.example") == [world.ana.id]
    assert await found("displayName=bo") == [world.bo.id]
    assert await found(f"id={world.ana.id},{world.bo.id}") == [world.ana.id, world.bo.id]
    assert await found("email=nobody@partner.example") == []
    assert (await rest(world.bot, "GET", f"/people/{world.ana.id}")).body["displayName"] == "Ana Ruiz"
    assert (await rest(world.bot, "GET", "/people/ana.ruiz@partner.example")).status == 404
    assert (await rest(world.bot, "GET", "/people")).status == 400


async def test_ids_may_be_padded(world, rest):
    padded = world.ana.id + "=" * (-len(world.ana.id) % 4)
    assert (await rest(world.bot, "GET", f"/people/{padded}")).body["id"] == world.ana.id


async def test_a_message_comes_back_with_its_html_on_reads_only(world, rest):
    sent = await post(rest, world.bot, world.desk, markdown="**Hello** <i>you</i>")
    assert "html" not in sent
    read = (await rest(world.bot, "GET", f"/messages/{sent['id']}")).body
    assert read["html"] == "<p><strong>Hello</strong> &lt;i&gt;you&lt;/i&gt;</p>"
    assert read["text"] == "Hello <i>you</i>"


async def test_the_first_message_to_a_person_makes_the_direct_space(world, rest):
    answer = await rest(world.bot, "POST", "/messages", {"toPersonEmail": "bo.larsen@partner.example", "text": "hi"})
    assert answer.body["roomType"] == "direct"
    again = await rest(world.bot, "POST", "/messages", {"toPersonId": world.bo.id, "text": "hi"})
    assert again.body["roomId"] == answer.body["roomId"]
    listed = (await rest(world.bot, "GET", f"/messages/direct?personId={world.bo.id}")).body["items"]
    assert [one["id"] for one in listed] == [again.body["id"], answer.body["id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "no destination"}, 400),
        ({"roomId": "desk", "toPersonEmail": "ana.ruiz@partner.example", "text": "two destinations"}, 400),
        ({"roomId": "Y2lzY29", "text": "no such room"}, 404),
        ({"toPersonEmail": "nobody@partner.example", "text": "no such person"}, 404),
        ({"roomId": "desk"}, 400),
        ({"roomId": "desk", "text": 7}, 400),
        ({"roomId": "desk", "text": "é" * 3720}, 400),
        ({"roomId": "desk", "markdown": "x" * 7440}, 400),
        ({"roomId": "desk", "text": "x", "html": "<b>x</b>"}, 400),
        ({"roomId": "desk", "text": "x", "parentId": "Y2lzY29"}, 404),
        ({"roomId": "desk", "text": "x", "files": ["http://a.example/1", "http://a.example/2"]}, 400),
        ({"roomId": "desk", "text": "x", "attachments": [{}]}, 400),
        ({"roomId": "desk", "text": "x", "attachments": [{"contentType": "text/plain", "content": {}}]}, 400),
    ],
)
async def test_a_message_webex_would_not_take_is_refused(world, rest, body, status):
    filled = {key: world.desk.id if value == "desk" else value for key, value in body.items()}
    assert (await rest(world.bot, "POST", "/messages", filled)).status == status


async def test_text_may_be_7439_bytes_long(world, rest):
    await post(rest, world.bot, world.desk, text="x" * 7439)


async def test_a_body_that_is_no_json_is_refused(world, rest):
    answer = await rest(world.bot, "POST", "/messages", headers={"Content-Type": "application/json"}, data=b"{")
    assert answer.status == 400
    answer = await rest(world.bot, "POST", "/messages", headers={"Content-Type": "text/plain"}, data=b"hello")
    assert answer.status == 415


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "1.4"},
        {"body": [{"type": "TextBlock", "text": "x" * 90_000}]},
        {"body": [{"type": "Container", "items": [{"type": "Media"}]}]},
        {"actions": [{"type": "Action.Execute", "title": "x"}]},
        {"body": [{"type": "Image", "url": "http://a.example/i.png"}] * 11},
    ],
)
async def test_a_card_webex_would_not_show_is_refused(world, rest, card, wrong):
    card["content"] |= wrong
    answer = await rest(world.bot, "POST", "/messages", {"roomId": world.desk.id, "text": "x", "attachments": [card]})
    assert answer.status == 400


async def test_a_message_has_one_card_and_words_to_fall_back_on(world, rest, card):
    body = {"roomId": world.desk.id, "attachments": [card]}
    assert (await rest(world.bot, "POST", "/messages", body)).status == 400
    body = {"roomId": world.desk.id, "text": "x", "attachments": [card, card]}
    assert (await rest(world.bot, "POST", "/messages", body)).status == 400


async def test_a_reply_to_a_reply_is_refused(world, rest):
    root = await post(rest, world.bot, world.desk, text="root")
    reply = await post(rest, world.bot, world.desk, text="reply", parentId=root["id"])
    assert reply["parentId"] == root["id"]
    body = {"roomId": world.desk.id, "text": "deeper", "parentId": reply["id"]}
    assert (await rest(world.bot, "POST", "/messages", body)).status == 400


async def test_bots_see_of_a_group_only_what_mentions_them(world, rest):
    unseen = await world.cloud.post(world.ana, world.desk, "not for the bot")
    seen = await world.cloud.post(world.ana, world.desk, "help", mention=world.bot)
    assert (await rest(world.bot, "GET", f"/messages/{unseen.id}")).status == 404
    read = (await rest(world.bot, "GET", f"/messages/{seen.id}")).body
    assert read["text"] == "Help help"
    assert read["mentionedPeople"] == [world.bot.id]
    assert f'data-object-id="{world.bot.id}">Help</spark-mention> help' in read["html"]
    assert (await rest(world.bot, "GET", f"/messages?roomId={world.desk.id}")).status == 403
    listed = await rest(world.bot, "GET", f"/messages?roomId={world.desk.id}&mentionedPeople=me")
    assert [one["id"] for one in listed.body["items"]] == [seen.id]
    assert len((await rest(world.ana, "GET", f"/messages?roomId={world.desk.id}")).body["items"]) == 2


async def test_a_mention_may_be_written_in_markdown(world, rest):
    sent = await post(rest, world.ana, world.desk, markdown="<@personEmail:help.desk@webex.bot|Help Desk> find x")
    assert sent["text"] == "Help Desk find x"
    assert sent["mentionedPeople"] == [world.bot.id]
    by_id = await post(rest, world.bot, world.desk, markdown=f"<@personId:{world.ana.id}>, look")
    assert by_id["text"] == "Ana, look"


async def test_only_members_read_and_write(world, rest):
    message = await world.cloud.post(world.ana, world.desk, "for us")
    body = {"roomId": world.desk.id, "text": "let me in"}
    assert (await rest(world.bo, "POST", "/messages", body)).status == 404
    for path in (f"/messages/{message.id}", f"/rooms/{world.desk.id}", f"/memberships?roomId={world.desk.id}"):
        assert (await rest(world.bo, "GET", path)).status == 404


async def test_pages_follow_the_link_header(world, rest):
    sent = [(await world.cloud.post(world.ana, world.desk, str(number), mention=world.bot)).id for number in range(5)]
    url, seen = f"/messages?roomId={world.desk.id}&mentionedPeople=me&max=2", []
    while url:
        answer = await rest(world.bot, "GET", url)
        seen += [one["id"] for one in answer.body["items"]]
        link = answer.headers.get("Link")
        url = link.partition(">")[0].lstrip("<") if link else None
    assert seen == sent[::-1]
    rooms = await rest(world.ana, "GET", "/memberships?max=1")
    assert "Link" not in rooms.headers


async def test_older_messages_are_asked_for_by_time_or_message(world, rest):
    first = await world.cloud.post(world.ana, world.desk, "first")
    second = await world.cloud.post(world.ana, world.desk, "second")
    base = f"/messages?roomId={world.desk.id}"
    items = (await rest(world.ana, "GET", f"{base}&beforeMessage={second.id}")).body["items"]
    assert [one["id"] for one in items] == [first.id]
    assert (await rest(world.ana, "GET", f"{base}&before=2020-01-01T00:00:00.000Z")).body["items"] == []
    for wrong in ("before=yesterday", "max=0", "max=many", "mentionedPeople=you"):
        assert (await rest(world.ana, "GET", f"{base}&{wrong}")).status == 400


async def test_direct_messages_show_only_what_is_documented(world, rest, card):
    direct = world.cloud.direct(world.ana, world.bot)
    await post(rest, world.bot, direct, text="hello", attachments=[card])
    (listed,) = (await rest(world.bot, "GET", "/messages/direct?personEmail=ana.ruiz@partner.example")).body["items"]
    assert "attachments" not in listed
    assert (await rest(world.bot, "GET", "/messages/direct")).status == 400
    assert (await rest(world.bot, "GET", f"/messages/direct?personId={world.bo.id}")).status == 404


async def test_a_message_can_be_edited_ten_times(world, rest):
    sent = await post(rest, world.bot, world.desk, text="Searching...")
    body = {"roomId": world.desk.id, "markdown": "*Still* searching..."}
    for _ in range(10):
        answer = await rest(world.bot, "PUT", f"/messages/{sent['id']}", body)
        assert (answer.status, answer.body["text"]) == (200, "Still searching...")
    assert answer.body["updated"]
    assert (await rest(world.bot, "PUT", f"/messages/{sent['id']}", body)).status == 400


async def test_edits_webex_would_not_make_are_refused(world, rest, card):
    with_card = await post(rest, world.bot, world.desk, text="card", attachments=[card])
    others = await world.cloud.post(world.ana, world.desk, "mine", mention=world.bot)
    own = await post(rest, world.bot, world.desk, text="own")
    body = {"roomId": world.desk.id, "text": "changed"}
    assert (await rest(world.bot, "PUT", f"/messages/{with_card['id']}", body)).status == 400
    assert (await rest(world.bot, "PUT", f"/messages/{others.id}", body)).status == 403
    assert (await rest(world.bot, "PUT", f"/messages/{own['id']}", {"text": "no room"})).status == 400
    assert (await rest(world.bot, "PUT", f"/messages/{own['id']}", body | {"html": "x"})).status == 400


async def test_a_deleted_message_is_gone_and_its_card_cannot_be_pressed(world, rest, card):
    sent = await post(rest, world.bot, world.desk, text="card", attachments=[card])
    assert (await rest(world.ana, "DELETE", f"/messages/{sent['id']}")).status == 403
    assert (await rest(world.bot, "DELETE", f"/messages/{sent['id']}")).status == 204
    assert (await rest(world.bot, "GET", f"/messages/{sent['id']}")).status == 404
    pressed = {"type": "submit", "messageId": sent["id"], "inputs": {}}
    assert (await rest(world.ana, "POST", "/attachment/actions", pressed)).status == 404


async def test_a_press_is_read_by_the_author_of_the_card(world, rest, card):
    sent = await post(rest, world.bot, world.desk, text="card", attachments=[card])
    body = {"type": "submit", "messageId": sent["id"], "inputs": {"code": "123456"}}
    pressed = (await rest(world.ana, "POST", "/attachment/actions", body)).body
    read = (await rest(world.bot, "GET", f"/attachment/actions/{pressed['id']}")).body
    assert (read["inputs"], read["personId"], read["messageId"]) == ({"code": "123456"}, world.ana.id, sent["id"])
    assert (await rest(world.bo, "GET", f"/attachment/actions/{pressed['id']}")).status == 404


async def test_presses_webex_would_not_take_are_refused(world, rest, card):
    sent = await post(rest, world.bot, world.desk, text="card", attachments=[card])
    plain = await post(rest, world.bot, world.desk, text="no card")
    body = {"type": "submit", "messageId": sent["id"], "inputs": {}}
    assert (await rest(world.bo, "POST", "/attachment/actions", body)).status == 404
    assert (await rest(world.bot, "POST", "/attachment/actions", body)).status == 403
    assert (await rest(world.ana, "POST", "/attachment/actions", body | {"messageId": plain["id"]})).status == 400
    assert (await rest(world.ana, "POST", "/attachment/actions", body | {"type": "click"})).status == 400
    assert (await rest(world.ana, "POST", "/attachment/actions", body | {"inputs": "x"})).status == 400


async def test_a_file_goes_up_as_a_form_and_down_with_the_token(world, rest):
    form = aiohttp.FormData({"roomId": world.desk.id, "text": "the results"})
    form.add_field("files", b"a,b\n", filename="results.csv", content_type="text/csv")
    sent = await rest(world.bot, "POST", "/messages", data=form)
    (url,) = sent.body["files"]
    got = await rest(world.ana, "GET", url)
    assert got.body == b"a,b\n"
    assert 'filename="results.csv"' in got.headers["Content-Disposition"]
    assert (await rest(world.bo, "GET", url)).status == 404


async def test_rooms_and_who_is_in_them(world, rest):
    direct = world.cloud.direct(world.ana, world.bot)
    rooms = (await rest(world.bot, "GET", "/rooms?type=direct")).body["items"]
    assert [(one["id"], one["title"]) for one in rooms] == [(direct.id, "Ana Ruiz")]
    assert (await rest(world.bot, "GET", f"/rooms/{world.desk.id}")).body["title"] == "Support desk"
    assert (await rest(world.bot, "GET", "/rooms?type=team")).status == 400
    query = f"/memberships?roomId={world.desk.id}&personEmail=ana.ruiz@partner.example"
    (found,) = (await rest(world.bot, "GET", query)).body["items"]
    assert (found["personId"], found["personOrgId"]) == (world.ana.id, world.ana.org_id)
    assert (await rest(world.bot, "GET", f"/memberships?personId={world.ana.id}")).status == 400


async def test_members_come_and_go(world, rest):
    body = {"roomId": world.desk.id, "personEmail": "bo.larsen@partner.example"}
    made = (await rest(world.bot, "POST", "/memberships", body)).body
    assert (await rest(world.bot, "POST", "/memberships", body)).status == 409
    assert (await rest(world.bo, "GET", f"/memberships/{made['id']}")).body["personEmail"] == body["personEmail"]
    assert (await rest(world.bot, "DELETE", f"/memberships/{made['id']}")).status == 204
    assert (await rest(world.bo, "GET", f"/rooms/{world.desk.id}")).status == 404
    assert (await rest(world.bot, "POST", "/memberships", body | {"personEmail": "x@partner.example"})).status == 404
    direct = world.cloud.direct(world.ana, world.bot)
    assert (await rest(world.bot, "POST", "/memberships", body | {"roomId": direct.id})).status == 403


async def test_another_host_name_reaches_nothing(world, rest):
    answer = await rest(world.bot, "GET", "/people/me", headers={"Host": "evil.example"})
    assert answer.status == 421
