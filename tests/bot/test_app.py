"""What the whole process does where it is set up for nobody."""

import structlog

from tests.chat import PAT, open_stage
from tests.databases import Databases


async def test_where_nobody_is_an_agent_nobody_is_served_and_the_operator_is_told_what_to_do(
    databases: Databases,
) -> None:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.settings = chat.settings.model_copy(update={"partner_admins": (), "desk_spaces": ()})
        with structlog.testing.capture_logs() as logged:
            await chat.start()
        for text in (PAT, "help", "agents add ana.ruiz@partner.example"):
            refused = await chat.says(text, to=chat.direct(chat.ana))
            assert refused.heading == "This desk is for support agents"
        await chat.stop()
    (warning,) = [line for line in logged if line["log_level"] == "warning"]
    assert warning["event"] == "no_agents"
    assert "HELPDESK_PARTNER_ADMINS" in warning["fix"]
