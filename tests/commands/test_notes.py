"""Notes: asked for by a prompt, kept as written, counted on the post."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from storage import chats, feedback
from storage.schema import feedback_events
from tests.commands.talk import ANI, BUDI, GROUP, OWNER, WHATSAPP, Talk, only
from tests.messages.strict_html import words


async def kept(talk: Talk) -> list[tuple[int, str, str]]:
    event = feedback_events.c
    async with talk.db.read() as conn:
        rows = await conn.execute(select(event.number, event.user_id, event.text).where(event.kind == "note"))
        return [(row.number, row.user_id, row.text) for row in rows]


@pytest.mark.parametrize("place", [GROUP, ANI.user_id])
async def test_a_reply_to_the_prompt_becomes_the_note(talk: Talk, place: str) -> None:
    await talk.publish(posts=(("telegram", place, "9"),))
    answer = await talk.tap(ANI, "1:f:1423:note", address=place, event_id="q1")
    prompt = only(answer)
    assert answer.toast and prompt.force_reply is not None and len(prompt.force_reply) <= 64
    saved = only(await talk.say(ANI, "masuk telat, spread lebar", address=place, reply_to="m-q1-0"))
    assert saved.text.startswith("📝 Catatan untuk #1423·") and saved.text.endswith("tersimpan.")
    assert await kept(talk) == [(1423, "501", "masuk telat, spread lebar")]
    assert [(row.kind, row.address) for row in await talk.due()] == [("edit", place)]


async def test_a_long_note_full_of_markup_is_stored_and_confirmed(talk: Talk) -> None:
    await talk.publish()
    await talk.tap(ANI, "1:f:1423:note", event_id="q1")
    text = ("<b>*_`[link](tg://x)`_*</b> & 'quotes' \x00 🚀 " * 300)[:10_000]
    assert len(text) == 10_000
    saved = only(await talk.say(ANI, text, address=GROUP, reply_to="m-q1-0"))
    assert words(saved.html) == saved.text and "4.000 karakter" in saved.text
    ((_, _, stored),) = await kept(talk)
    assert stored == text[: feedback.NOTE_LENGTH].replace("\x00", "\ufffd")


async def test_the_same_note_twice_is_one(talk: Talk) -> None:
    await talk.publish()
    await talk.tap(ANI, "1:f:1423:note", event_id="q1")
    first = await talk.say(ANI, "bagus", address=GROUP, reply_to="m-q1-0", event_id="u9")
    again = await talk.say(ANI, "bagus", address=GROUP, reply_to="m-q1-0", event_id="u9")
    assert first == again and len(await kept(talk)) == 1


async def test_words_that_answer_no_prompt_are_no_note(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"),))
    assert (await talk.say(BUDI, "halo semua", address=GROUP)).messages == ()
    assert (await talk.say(BUDI, "halo", address=GROUP, reply_to="9")).messages == ()
    assert await kept(talk) == []


async def test_words_after_a_prompt_that_answer_nothing_are_told_how_a_note_is_written(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", ANI.user_id, "9"),))
    await talk.tap(ANI, "1:f:1423:note", address=ANI.user_id, event_id="q1")
    assert "balas (reply)" in only(await talk.say(ANI, "spread lebar", address=ANI.user_id)).text
    assert await kept(talk) == []
    talk.clock.advance(talk.clock.now_ms() + 16 * 60_000)
    assert "hanya mengerti perintah" in only(await talk.say(ANI, "spread lebar", address=ANI.user_id)).text


async def test_an_empty_note_is_asked_for_again(talk: Talk) -> None:
    await talk.publish()
    await talk.tap(ANI, "1:f:1423:note", event_id="q1")
    assert "kosong" in only(await talk.say(ANI, " \n ", address=GROUP, reply_to="m-q1-0")).text
    assert await kept(talk) == []


async def test_in_a_channel_the_way_leads_into_the_private_chat(talk: Talk) -> None:
    await talk.publish()
    tap = talk.incoming(ANI, GROUP, kind="tap", data="1:f:1423:note", message_id="9")
    answer = await talk.handle(replace(tap, broadcast=True))
    assert answer.messages == () and answer.url == "https://t.me/sharp_bot?start=note_1423" and answer.toast
    prompt = only(await talk.command(ANI, "/start note_1423"))
    assert prompt.force_reply and "#1423·" in prompt.text
    await talk.say(ANI, "lewat tautan", reply_to="m-u2-0")
    assert await kept(talk) == [(1423, "501", "lewat tautan")]


async def test_a_link_to_a_signal_that_is_not_there(talk: Talk) -> None:
    assert "tidak ada" in only(await talk.command(ANI, "/start note_77")).text


async def test_on_whatsapp_4_asks_and_the_next_words_are_the_note(talk: Talk) -> None:
    await talk.publish(posts=(("whatsapp", WHATSAPP.user_id, "SM1"),))
    assert "📝" in only(await talk.say(WHATSAPP, "4")).text
    assert "tersimpan" in only(await talk.say(WHATSAPP, "spread lebar sekali")).text
    assert await kept(talk) == [(1423, WHATSAPP.user_id, "spread lebar sekali")]
    assert "tersimpan" not in only(await talk.say(WHATSAPP, "terima kasih")).text
    assert len(await kept(talk)) == 1


async def test_on_whatsapp_an_old_prompt_waits_no_longer(talk: Talk) -> None:
    await talk.publish(posts=(("whatsapp", WHATSAPP.user_id, "SM1"),))
    await talk.say(WHATSAPP, "4")
    talk.clock.advance(talk.clock.now_ms() + 16 * 60_000)
    assert "tersimpan" not in only(await talk.say(WHATSAPP, "halo")).text
    assert await kept(talk) == []


async def test_a_note_on_a_demo_signal_stays_with_it(talk: Talk) -> None:
    await talk.publish(number=1)
    await talk.command(OWNER, "/demo")
    await talk.tap(ANI, "1:d:1:note", event_id="q1")
    assert "DEMO-1" in only(await talk.say(ANI, "coba", address=GROUP, reply_to="m-q1-0")).text
    async with talk.db.read() as conn:
        assert (await feedback.counts(conn, 1, demo=True))["notes"] == 1
        assert (await feedback.counts(conn, 1))["notes"] == 0


async def test_a_prompt_is_remembered_by_chat_and_message(talk: Talk) -> None:
    await talk.publish()
    incoming = talk.incoming(ANI, GROUP, kind="tap", data="1:f:1423:note")
    await talk.conversation.prompt_sent(incoming, "55")
    async with talk.db.read() as conn:
        found = await chats.prompt(conn, "telegram", GROUP, "55")
    assert found is not None and (found.number, found.user_id, found.demo) == (1423, "501", False)
