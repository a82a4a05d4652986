"""What people do on WhatsApp, whole: buttons, the list, digits, STOP and START, owners' words, pictures, costs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.whatsapp.media import LIFE_MS, MediaShelf
from bot.clock import TapeClock
from bot.ports import Message, Photo
from engine.market.events import Pause, Resume
from storage import chats, feedback, people, whatsapp
from storage.database import Database
from storage.schema import reasons
from tests.channels.whatsapp_stage import ANI, BUDI, HOUR, NOW, OWNER, PUBLIC, settings, staged, templates
from tests.servers.twilio_api import TwilioApi

PNG = b"\x89PNG\r\n\x1a\n" + b"chart" * 400


async def votes(db: Database, number: int = 1423) -> dict[str, int]:
    async with db.read() as conn:
        found = await feedback.counts(conn, number)
    return {kind: count for kind, count in found.items() if count}


async def test_three_buttons_and_a_list_do_what_they_say(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    sids = templates(twilio, "signal:id", "more:id", "signal:en")
    async with staged(db, twilio, clock, settings(twilio, tmp_path, sids)) as stage:
        await stage.known(ANI)
        await stage.known(BUDI, "en")
        await stage.publish(1423, ANI, BUDI)
        await stage.publish(1424, ANI)
        await stage.until("signal:1424", ANI, "sent")
        await stage.until("signal:1423", BUDI, "sent")
        post = next(posted for posted in twilio.messages if posted.to == ANI and "#1423·" in posted.body)
        await stage.press(post, 0)
        assert await votes(db) == {"up": 1} and "👍 dicatat" in stage.to(ANI)[-1]
        await stage.press(post, 1)
        assert await votes(db) == {"down": 1}, "an opinion replaces the one before"
        await stage.press(post, 2)
        listed = twilio.messages[-1]
        assert listed.listed and [len(title) <= 24 for title, _ in listed.choices] == [True] * 5
        await stage.press(listed, 0)
        assert await votes(db) == {"down": 1, "no_fill": 1}
        assert "↩️ A · " in stage.to(ANI)[-1], "and is asked why, by letters"
        await stage.say(ANI, "b")
        async with db.read() as conn:
            assert (await conn.execute(select(reasons.c.reason))).scalars().all() == ["late"]
        await stage.press(listed, 1)
        await stage.say(ANI, "spread lebar <b>sekali</b>")
        assert await votes(db) == {"down": 1, "no_fill": 1, "notes": 1} and "tersimpan" in stage.to(ANI)[-1]
        await stage.press(listed, 2)
        assert "keputusan ini" in stage.to(ANI)[-1], "why: nothing more is kept of a made-up signal"
        await stage.press(listed, 4)
        async with db.read() as conn:
            stopped = await whatsapp.window(conn, ANI)
        assert stopped.stopped_at == clock.now_ms()

        english = next(posted for posted in twilio.messages if posted.to == BUDI)
        await stage.press(english, 2)
        assert not twilio.messages[-1].listed and "3 ⛔ not filled" in stage.to(BUDI)[-1], "no list: words and digits"
    assert await votes(db, 1424) == {}


async def test_a_button_whose_payload_was_lost_counts_by_its_words_and_the_message_it_answers(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path, templates(twilio, "signal:id"))) as stage:
        await stage.known(ANI)
        await stage.publish(1423, ANI)
        await stage.publish(1424, ANI)
        await stage.until("signal:1424", ANI, "sent")
        sid = next(posted.sid for posted in twilio.messages if "#1423·" in posted.body)
        await stage.say(ANI, "👎", reply_to=sid, ButtonText="👎", ButtonPayload="1:f:{{8}}:down")
        await stage.say(ANI, "⛔ Tidak terisi", reply_to=sid, ListTitle="⛔ Tidak terisi", ListId="x")
    assert await votes(db) == {"down": 1, "no_fill": 1} and await votes(db, 1424) == {}


@pytest.mark.parametrize("text", ["1️⃣", "👍🏽"])
async def test_digits_keycaps_and_emoji_vote_inside_the_window(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path, text: str
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await stage.say(ANI, "halo")
        await stage.publish(1423, ANI)
        await stage.until("signal:1423", ANI, "sent")
        post = next(posted for posted in twilio.messages if "LINK/USDT" in posted.body)
        assert post.body.endswith("1 👍 · 2 👎 · 3 ⛔ · 4 📝") and "ContentSid" not in post.form
        await stage.say(ANI, text, reply_to=post.sid)
    assert await votes(db) == {"up": 1}


async def test_a_typed_3_is_asked_why_and_a_letter_answers(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await stage.say(ANI, "halo")
        await stage.publish(1423, ANI)
        await stage.until("signal:1423", ANI, "sent")
        await stage.say(ANI, "3")
        assert await votes(db) == {"no_fill": 1} and "↩️ A · " in stage.to(ANI)[-1]
        await stage.say(ANI, "A")
        async with db.read() as conn:
            assert (await conn.execute(select(reasons.c.reason))).scalars().all() == ["never"]
    assert await votes(db) == {"no_fill": 1}


async def test_while_twilio_is_down_its_account_is_asked_and_no_message_spent(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    numbers = [f"+6281100000{place}" for place in range(3)]
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        for number in numbers:
            await stage.known(number)
            await stage.say(number, "halo")
        before, said = twilio.calls, len(twilio.messages)
        twilio.fail(503, 20503, "Service Unavailable", times=1000)
        await stage.publish(1423, *numbers)
        async with asyncio.timeout(60):
            while twilio.pings < 1:
                await asyncio.sleep(0.02)
            while twilio.pings < 4:
                await stage.pass_by(60_000)
                await asyncio.sleep(0.02)
        assert twilio.calls == before + len(numbers) and len(twilio.messages) == said
        twilio.heal()
        for number in numbers:
            await stage.until("signal:1423", number, "sent")
    assert [sum("#1423" in posted.body for posted in twilio.messages if posted.to == one) for one in numbers] == [1] * 3


async def test_what_are_buttons_elsewhere_are_letters_here(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(OWNER, owner=True)
        await stage.say(BUDI, "/start")
        await stage.say(OWNER, "halo")
        await stage.until(f"pending:whatsapp:{BUDI}", OWNER, "sent")
        asked = next(posted for posted in twilio.messages if BUDI in posted.body)
        assert "↩️ A · ✅ Setujui\n↩️ B · ❌ Tolak" in asked.body
        await stage.say(OWNER, "A", reply_to="SMother")
        await stage.say(OWNER, "C")
        async with db.read() as conn:
            waiting = await people.person(conn, "whatsapp", BUDI)
        assert waiting is not None and waiting.role == "pending", "a letter of another message, or of none, is a word"
        await stage.say(OWNER, "a.", reply_to=asked.sid)
        async with db.read() as conn:
            found = await people.person(conn, "whatsapp", BUDI)
        assert found is not None and found.role == "member" and "Akses diberikan" in stage.to(OWNER)[-1]
        await stage.say(BUDI, "STATS")
        assert any("Hasil" in body and "↩️ B" in body for body in stage.to(BUDI))
        before = len(stage.to(BUDI))
        await stage.say(BUDI, "B")
        assert any("Hasil" in body for body in stage.to(BUDI)[before:])


@pytest.mark.parametrize(("stop", "start"), [("STOP", "START"), ("Berhenti", "mulai"), ("unsubscribe", "Subscribe")])
async def test_stop_is_in_force_at_once_and_start_ends_it(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path, stop: str, start: str
) -> None:
    sids = templates(twilio, "signal:id", "notice:id", "wake:id")
    async with staged(db, twilio, clock, settings(twilio, tmp_path, sids), telegram=True) as stage:
        await stage.known(ANI)
        await stage.say(ANI, stop)
        said = len(stage.to(ANI))
        assert said == 1 and "START" in stage.to(ANI)[0], "the one answer to STOP"
        await stage.publish(1423, ANI)
        await stage.until("signal:1423", ANI, "dead")
        await stage.pass_by(25 * HOUR)
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "dead")
        await stage.room.keeper.look()
        assert len(stage.to(ANI)) == said
        await stage.say(ANI, start)
        await stage.ask("notice", "halted", "n2", None, ANI)
        await stage.until("n2", ANI, "sent")
        async with db.read() as conn:
            window = await whatsapp.window(conn, ANI)
    assert window.stopped_at is None and window.opted_in_at == clock.now_ms()


async def test_stop_counts_before_anything_else_runs(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path), running=False) as stage:
        await stage.known(ANI)
        assert await twilio.say(PUBLIC, stage.app, ANI, "x", OptOutType="STOP") == 200
        async with db.read() as conn:
            chat, window = await chats.chat(conn, "whatsapp", ANI), await whatsapp.window(conn, ANI)
    assert chat is not None and not chat.active and window.stopped_at == clock.now_ms() and window.opted_in_at is None


async def test_help_and_stats_answer_in_the_language_of_the_reader(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await stage.known(BUDI, "en")
        await stage.say(ANI, "BANTUAN")
        await stage.say(BUDI, "help")
        await stage.say(ANI, "STATS")
    assert "STOP untuk berhenti" in stage.to(ANI)[0] and "STOP to stop" in stage.to(BUDI)[0]
    assert "Hasil" in stage.to(ANI)[1] and not twilio.contents


async def test_owners_pause_and_resume_in_words_and_nobody_else_does(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await stage.known(OWNER, owner=True)
        await stage.say(ANI, "PAUSE 60")
        assert stage.submitted == [] and "pemilik" in stage.to(ANI)[-1]
        await stage.say(OWNER, "Jeda 60 FOMC")
        await stage.say(OWNER, "resume")
    assert stage.submitted == [Pause(ts=NOW, until=NOW + HOUR, reason="FOMC"), Resume(ts=NOW)]


async def test_a_pause_that_comes_late_is_not_carried_out(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    config = settings(twilio, tmp_path)
    async with staged(db, twilio, clock, config, running=False) as stage:
        await stage.known(OWNER, owner=True)
        assert await twilio.say(PUBLIC, stage.app, OWNER, "PAUSE") == 200
    clock.advance(NOW + 10 * 60_000)
    async with staged(db, twilio, clock, config) as stage:
        await stage.quiet()
    assert stage.submitted == []


async def test_a_picture_is_fetched_by_a_sealed_path_that_ends(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.say(ANI, "halo")
        channel = stage.room.line.sender._channel
        await channel.send(ANI, Message("<b>x</b>", "LONG SOL", photo=Photo(PNG, "grafik")))
        posted = twilio.messages[-1]
        assert posted.body == "LONG SOL" and twilio.pictures == [(200, PNG)]
        path = posted.form["MediaUrl"].removeprefix(PUBLIC)
        name, until, seal = path.removesuffix(".png").split("/")[-3:]
        shelf = MediaShelf(tmp_path / "whatsapp-media", "another secret", PUBLIC, clock)
        foreign = str(await shelf.put(PNG)).removeprefix(PUBLIC)
        ahead = str(int(until) + 1)
        wrong = [path.replace(until, ahead), path.replace(name, "0" * 32), foreign, path.replace(seal, "é" * 40)]
        wrong.append(path.replace(name, "..%2F..%2Fstore.db"))
        assert [await fetched(stage.app + one) for one in wrong] == [404] * 5
        assert await fetched(stage.app + path) == 200
        clock.advance(clock.now_ms() + LIFE_MS + 1)
        assert await fetched(stage.app + path) == 404
    assert len(name) == 32 and len(seal) == 40


async def fetched(url: str) -> int:
    import aiohttp

    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        await answer.read()
        return answer.status


async def test_the_owner_sees_what_was_carried_and_what_it_cost(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    twilio.prices["*"] = "-0.0425"
    async with staged(db, twilio, clock, settings(twilio, tmp_path, templates(twilio, "notice:id"))) as stage:
        await stage.known(OWNER, owner=True)
        await stage.known(ANI)
        await stage.known(BUDI)
        await stage.say(OWNER, "/costs")
        assert "Belum ada" in stage.to(OWNER)[-1]
        await stage.ask("notice", "halted", "n1", None, ANI, BUDI)
        await stage.until("n1", ANI, "sent")
        await stage.until("n1", BUDI, "sent")
        while len([1 for _, status, _ in twilio.reports if status == "delivered"]) < 3:
            await stage.pass_by(1)
            await stage.quiet()
            await stage.room.keeper.look()
        await stage.say(OWNER, "/costs 7")
        costs = stage.to(OWNER)[-1]
        await stage.say(ANI, "/costs")
        assert "pemilik" in stage.to(ANI)[-1]
    assert (
        "Template utility ke +1: 1" in costs and "Template utility ke +62: 1" in costs and "Jawaban ke +62: 1" in costs
    )
    assert "3 di antaranya berharga: 0,1275 USD" in costs and "Sampai 3" in costs
