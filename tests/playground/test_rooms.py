"""What the playground remembers is found by its id, and can be forgotten."""

import pytest

from playground.rooms import File


@pytest.mark.parametrize("spelling", [str, str.upper])
async def test_an_account_is_found_by_its_address_in_any_case(world, spelling):
    assert world.cloud.rooms.account(spelling(world.ana.email)) is world.ana


async def test_an_account_is_found_by_its_id_and_nobody_by_another(world):
    assert world.cloud.rooms.account(world.ana.id) is world.ana
    assert world.cloud.rooms.account(world.desk.id) is None


async def test_a_membership_is_found_by_its_id_until_it_ends(world):
    rooms = world.cloud.rooms
    (found,) = [one for one in rooms.memberships(world.desk) if one.person is world.ana]
    assert rooms.membership(found.id) is found
    world.cloud.leave(world.ana, world.desk)
    assert rooms.membership(found.id) is None


async def test_two_people_have_one_direct_space_whoever_asks(world):
    made = world.cloud.direct(world.ana, world.bot)
    assert world.cloud.rooms.direct(world.bot, world.ana) is made
    assert world.cloud.rooms.direct(world.bo, world.ana) is None


async def test_what_was_said_in_a_forgotten_space_is_gone_and_elsewhere_is_not(world, rest):
    elsewhere = await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "kept")
    file = File("list.csv", "text/csv", b"a,b")
    gone = await world.cloud.post(world.ana, world.desk, "gone", file=file)
    world.cloud.rooms.forget(world.desk)
    assert world.cloud.messages(world.desk) == []
    assert (await rest(world.ana, "GET", f"/messages/{gone.id}")).status == 404
    assert (await rest(world.ana, "GET", f"/contents/{file.id}")).status == 404
    assert (await rest(world.ana, "GET", f"/messages/{elsewhere.id}")).status == 200
