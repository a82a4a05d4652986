"""Feedback without buttons: digits and emoji mean the signal answered, else the newest one sent there."""

from __future__ import annotations

import pytest

from storage import chats, feedback
from tests.commands.talk import ANI, GROUP, OWNER, WHATSAPP, Talk, only

HERE = WHATSAPP.user_id


async def counts(talk: Talk, number: int, demo: bool = False) -> dict[str, int]:
    async with talk.db.read() as conn:
        return await feedback.counts(conn, number, demo=demo)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("1", "up"),
        ("2", "down"),
        ("3", "no_fill"),
        ("1️⃣", "up"),
        ("２", "down"),
        ("👍", "up"),
        ("👍🏿", "up"),
        ("👎🏻", "down"),
        ("⛔", "no_fill"),
        ("⛔️", "no_fill"),
        (" 3. ", "no_fill"),
    ],
)
async def test_a_digit_or_emoji_is_a_vote_on_the_newest_signal(talk: Talk, text: str, slot: str) -> None:
    await talk.publish(1422, posts=(("whatsapp", HERE, "SM1"),))
    talk.clock.advance(talk.clock.now_ms() + 1)
    await talk.publish(1423, posts=(("whatsapp", HERE, "SM2"),))
    said = only(await talk.say(WHATSAPP, text)).text
    assert "#1423·" in said and "dicatat" in said
    assert (await counts(talk, 1423))[slot] == 1 and sum((await counts(talk, 1422)).values()) == 0
    assert "dibatalkan" in only(await talk.say(WHATSAPP, text)).text
    assert (await counts(talk, 1423))[slot] == 0


async def test_a_reply_names_the_signal(talk: Talk) -> None:
    await talk.publish(1422, posts=(("whatsapp", HERE, "SM1"),))
    talk.clock.advance(talk.clock.now_ms() + 1)
    await talk.publish(1423, posts=(("whatsapp", HERE, "SM2"),))
    await talk.say(WHATSAPP, "2", reply_to="SM1")
    await talk.say(WHATSAPP, "1", reply_to="SM-of-something-else")
    assert (await counts(talk, 1422))["down"] == 1 and (await counts(talk, 1423))["up"] == 1


async def test_without_a_signal_a_digit_is_answered_politely(talk: Talk) -> None:
    await talk.configure(HERE, "whatsapp")
    assert "Belum ada sinyal" in only(await talk.say(WHATSAPP, "1")).text


async def test_longer_words_are_no_vote(talk: Talk) -> None:
    await talk.publish(posts=(("whatsapp", HERE, "SM1"),))
    for text in ("12", "1 2", "0", "5", "ok 👍", "👍👍", "setuju", "-1", "1" * 40):
        await talk.say(WHATSAPP, text)
    assert sum((await counts(talk, 1423)).values()) == 0


async def test_in_a_group_only_a_reply_to_a_signal_votes(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"),))
    assert (await talk.say(ANI, "1", address=GROUP)).messages == ()
    assert (await talk.say(ANI, "👍", address=GROUP, reply_to="8")).messages == ()
    assert "dicatat" in only(await talk.say(ANI, "👍", address=GROUP, reply_to="9")).text
    assert (await counts(talk, 1423))["up"] == 1


async def test_a_vote_in_words_refreshes_every_post_that_can_change(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"), ("whatsapp", HERE, "SM1")))
    await talk.say(WHATSAPP, "1")
    assert [(row.kind, row.address) for row in await talk.due()] == [("edit", GROUP)]
    assert await talk.due("whatsapp") == []


async def test_after_a_demo_the_digit_means_the_demo(talk: Talk) -> None:
    await talk.publish(1423, posts=(("telegram", OWNER.user_id, "9"),))
    talk.clock.advance(talk.clock.now_ms() + 1_000)
    await talk.command(OWNER, "/demo")
    assert "DEMO-1" in only(await talk.say(OWNER, "1")).text
    assert (await counts(talk, 1, demo=True))["up"] == 1 and (await counts(talk, 1423))["up"] == 0


async def test_stop_start_and_stats_are_words_on_whatsapp(talk: Talk) -> None:
    await talk.configure(HERE, "whatsapp")
    assert "Belum ada sinyal" in only(await talk.say(WHATSAPP, "STATS")).text
    assert "START" in only(await talk.say(WHATSAPP, "Stop")).text
    async with talk.db.read() as conn:
        stopped = await chats.chat(conn, "whatsapp", HERE)
    assert stopped is not None and not stopped.active and stopped.reason == "stop"
    assert "dikirim lagi" in only(await talk.say(WHATSAPP, "START")).text
    async with talk.db.read() as conn:
        assert [chat.address for chat in await chats.active_chats(conn, "whatsapp")] == [HERE]


async def test_a_stranger_cannot_start_signals_by_a_word(talk: Talk) -> None:
    assert "belum punya akses" in only(await talk.say(WHATSAPP, "START")).text
    async with talk.db.read() as conn:
        assert await chats.active_chats(conn, "whatsapp") == []


async def test_elsewhere_stop_is_only_a_word(talk: Talk) -> None:
    await talk.configure(GROUP)
    assert (await talk.say(ANI, "stop", address=GROUP)).messages == ()
    async with talk.db.read() as conn:
        assert [chat.address for chat in await chats.active_chats(conn)] == [GROUP]


async def test_a_signal_newer_than_the_demo_is_meant_again(talk: Talk) -> None:
    await talk.command(OWNER, "/demo")
    talk.clock.advance(talk.clock.now_ms() + 1_000)
    await talk.publish(1423, posts=(("telegram", OWNER.user_id, "9"),))
    assert "#1423·" in only(await talk.say(OWNER, "1")).text
    assert "DEMO-1" in only(await talk.say(OWNER, "2", reply_to="m-u1-1")).text


async def test_in_a_private_telegram_chat_a_reply_to_something_else_is_no_vote(talk: Talk) -> None:
    await talk.publish(1423, posts=(("telegram", OWNER.user_id, "9"),))
    assert "Belum ada sinyal" in only(await talk.say(OWNER, "1", reply_to="4")).text
    assert sum((await counts(talk, 1423)).values()) == 0
