"""/copy and /history: what copying bots get in a chat, and every version of a post."""

from __future__ import annotations

import pytest

from storage import preferences, revisions
from tests.commands.talk import ANI, GROUP, NOW, OWNER, Talk, only


async def wish(talk: Talk) -> str | None:
    async with talk.db.read() as conn:
        return await preferences.get(conn, "chat", "telegram", GROUP, "copy")


async def test_copying_is_set_for_the_chat_by_those_who_may(talk: Talk) -> None:
    await talk.configure()
    await talk.command(ANI, "/copy cornix", GROUP)
    assert await wish(talk) is None
    assert "cornix all" in only(await talk.command(OWNER, "/copy Cornix ALL", GROUP)).text
    assert await wish(talk) == "cornix all" and "cornix all" in only(await talk.command(OWNER, "/copy", GROUP)).text
    await talk.command(OWNER, "/copy off", GROUP)
    assert await wish(talk) is None


@pytest.mark.parametrize("line", ["/copy metatrader", "/copy cornix some", "/copy off all", "/copy all"])
async def test_what_no_bot_reads_is_refused(talk: Talk, line: str) -> None:
    assert "/copy 3commas" in only(await talk.command(OWNER, line, GROUP)).text
    assert await wish(talk) is None


async def test_history_tells_every_version_of_a_post_of_this_chat(talk: Talk) -> None:
    await talk.configure()
    await talk.publish(posts=(("telegram", GROUP, "9"),))
    async with talk.db.write() as conn:
        for said in ("waiting <b>\n\nlevels", "filled\n\nlevels"):
            await revisions.add(conn, "telegram", GROUP, 1423, said, NOW)
    for line in ("/history", "/history 1423", "/history #1423"):
        told = only(await talk.command(ANI, line, GROUP)).text
        assert told.index("waiting <b>") < told.index("filled") and "levels" not in told
    assert only(await talk.command(OWNER, "/history 1423")).text != told, "another chat has its own posts"
    assert "/history 1423" in only(await talk.command(OWNER, "/history x")).text
