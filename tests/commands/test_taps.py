"""Presses on buttons: counted once, taken back by the second, shown everywhere, and nothing foreign gets in."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.ports import Incoming
from storage import chats, feedback
from storage.schema import feedback_events
from tests.commands.talk import ANI, BUDI, GROUP, OWNER, WHATSAPP, Talk, only


async def events(talk: Talk) -> int:
    async with talk.db.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(feedback_events))).scalar_one())


async def test_a_tap_is_counted_shown_and_answered(talk: Talk) -> None:
    await talk.publish()
    answer = await talk.tap(ANI, "1:f:1423:up")
    assert answer.toast == "👍 dicatat. Ketuk lagi untuk membatalkan."
    assert answer.edit is not None and answer.edit.buttons[0][0].label == "👍 1"
    assert answer.edit.text.startswith("🟢 LONG LINK/USDT · C · 15m\n#1423·")
    second = await talk.tap(BUDI, "1:f:1423:up")
    assert second.edit is not None and second.edit.buttons[0][0].label == "👍 2"


async def test_a_second_tap_takes_it_back_and_another_opinion_moves_it(talk: Talk) -> None:
    await talk.publish()
    await talk.tap(ANI, "1:f:1423:up")
    moved = await talk.tap(ANI, "1:f:1423:down")
    assert moved.edit is not None and [b.label for b in moved.edit.buttons[0]] == ["👍", "👎 1", "⛔", "📝"]
    beside = await talk.tap(ANI, "1:f:1423:nofill")
    assert beside.edit is not None and [b.label for b in beside.edit.buttons[0]] == ["👍", "👎 1", "⛔ 1", "📝"]
    back = await talk.tap(ANI, "1:f:1423:down")
    assert back.toast == "👎 dibatalkan."
    assert back.edit is not None and [b.label for b in back.edit.buttons[0]] == ["👍", "👎", "⛔ 1", "📝"]


async def test_the_same_event_twice_changes_nothing_and_is_answered_alike(talk: Talk) -> None:
    await talk.publish()
    first = await talk.tap(ANI, "1:f:1423:up", event_id="q-1")
    again = await talk.tap(ANI, "1:f:1423:up", event_id="q-1")
    assert again == first and await events(talk) == 1


async def test_other_posts_of_the_signal_are_asked_to_follow(talk: Talk) -> None:
    posts = (("telegram", GROUP, "9"), ("telegram", "-100888", "4"), ("web", "web", "2"), ("whatsapp", "+6281", "SM1"))
    await talk.publish(posts=posts)
    await talk.tap(ANI, "1:f:1423:up", address=GROUP, message_id="9")
    asked = [*await talk.due("telegram"), *await talk.due("web"), *await talk.due("whatsapp")]
    assert [(row.channel, row.address, row.kind, row.number) for row in asked] == [
        ("telegram", "-100888", "edit", 1423),
        ("web", "web", "edit", 1423),
    ]


async def test_a_replayed_tap_asks_for_no_more_edits(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"), ("web", "web", "2")))
    await talk.tap(ANI, "1:f:1423:up", event_id="q-1")
    first = await talk.due("web")
    await talk.tap(ANI, "1:f:1423:up", event_id="q-1")
    assert [row.rev for row in first] == [1]
    talk.clock.advance(talk.clock.now_ms() + 60_000)
    assert [row.rev for row in await talk.due("web")] == [1]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "up",
        "1:f:1423",
        "1:f:1423:up ",
        "1:f:1423:UP",
        "1:f:01423:up",
        "1:f:-1:up",
        "1:f:0:up",
        "1:f:99999999999999999999:up",
        "1:f:١٤٢٣:up",
        "2:f:1423:up",
        "1:x:1423:up",
        "1:f:1423:up;DROP TABLE votes",
        "vote_1423_up",
        "1:a:telegram:501",
    ],
)
async def test_a_payload_we_never_made_is_refused_politely(talk: Talk, data: str) -> None:
    await talk.publish()
    answer = await talk.tap(ANI, data)
    assert answer.toast == "Tombol ini sudah tidak berlaku."
    assert answer.edit is None and answer.messages == () and await events(talk) == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.text(max_size=64), text=st.text(max_size=200))
async def test_nothing_people_send_breaks_the_talk(talk: Talk, data: str, text: str) -> None:
    tapped = await talk.tap(ANI, data)
    assert 0 < len(tapped.toast) <= 200
    assert only(await talk.say(ANI, text)).text
    assert await talk.say(ANI, text, address=GROUP) is not None
    assert await events(talk) == 0


async def test_a_signal_we_do_not_know_is_refused_politely(talk: Talk) -> None:
    for data in ("1:f:7:up", "1:f:7:note", "1:d:7:up", "1:d:7:note"):
        assert (await talk.tap(ANI, data)).toast == "Sinyal ini tidak ada di catatan kami."
    assert await events(talk) == 0


async def test_the_toast_is_in_the_persons_language_and_the_post_in_the_chats(talk: Talk) -> None:
    await talk.publish()
    await talk.command(ANI, "/lang en")
    answer = await talk.tap(ANI, "1:f:1423:down")
    assert answer.toast == "👎 noted. Tap again to take it back."
    assert answer.edit is not None and "Menunggu entry" in answer.edit.text


async def test_demo_taps_are_kept_apart(talk: Talk) -> None:
    await talk.publish(number=1)
    shown = (await talk.command(OWNER, "/demo")).messages[1]
    data = shown.buttons[0][0].data
    assert data == "1:d:1:up" and "DEMO-1" in shown.text
    answer = await talk.tap(ANI, data)
    assert answer.edit is not None and answer.edit.buttons[0][0].label == "👍 1" and "DEMO-1" in answer.edit.text
    async with talk.db.read() as conn:
        assert (await feedback.counts(conn, 1))["up"] == 0
        assert (await feedback.counts(conn, 1, demo=True))["up"] == 1


async def test_a_whatsapp_press_works_like_any_other(talk: Talk) -> None:
    await talk.publish()
    incoming = Incoming("SM7", "tap", WHATSAPP, WHATSAPP.user_id, True, talk.clock.now_ms(), data="1:f:1423:nofill")
    assert (await talk.handle(incoming)).toast.startswith("⛔ dicatat")


async def test_a_chat_that_was_stopped_is_not_asked_to_follow(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"), ("web", "web", "2")))
    async with talk.db.write() as conn:
        await chats.deactivate(conn, "web", "web", "stop")
    await talk.tap(ANI, "1:f:1423:up")
    assert await talk.due("web") == []
