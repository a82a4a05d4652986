"""The 24 h window, templates, what is held, and what a late refusal does: against a strict Twilio over real sockets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channels.whatsapp.window import MARGIN_MS, may_speak
from bot.clock import TapeClock
from storage import outcomes, signals, whatsapp
from storage.database import Database
from storage.schema import chats, identities
from tests.channels.whatsapp_stage import ANI, BUDI, HOUR, NOW, OWNER, PUBLIC, Stage, settings, staged, templates
from tests.messages.examples import outcome
from tests.servers.twilio_api import TwilioApi

ALL = ("signal:id", "update:id", "outcome:id", "notice:id")
DAY = 24 * HOUR


async def wrote(stage: Stage, number: str = ANI) -> None:
    """The person's window is open from now."""
    await stage.say(number, "halo")
    stage.api.messages.clear()


@pytest.mark.parametrize(("after", "open_"), [(DAY - MARGIN_MS - 1_000, True), (DAY - MARGIN_MS, False), (DAY, False)])
async def test_the_window_shuts_to_the_second(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path, after: int, open_: bool
) -> None:
    sids = templates(twilio, "notice:id")
    async with staged(db, twilio, clock, settings(twilio, tmp_path, sids)) as stage:
        await stage.known(ANI)
        await wrote(stage)
        await stage.pass_by(after)
        async with db.read() as conn:
            assert await may_speak(conn, ANI, clock.now_ms()) is open_
        await stage.ask("notice", "halted", "n1", None, ANI)
        posted = await twilio.wait_taken(1)
        await stage.until("n1", ANI, "sent")
    assert ("ContentSid" not in posted.form, "Body" in posted.form) == (open_, open_)
    assert [status for _, status, _ in twilio.reports][-1] == "delivered"


async def test_outside_the_window_everything_goes_by_its_template(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path, templates(twilio, *ALL))) as stage:
        await stage.known(ANI)
        await stage.publish(1423, ANI)
        await stage.until("signal:1423", ANI, "sent")
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "sent")
    first, notice = twilio.messages
    assert first.body.startswith("🔔 🟢 LONG LINK/USDT") and "#1423·" in first.body
    assert "Entry 17,300 – 17,360" in first.body and "SL 17,150" in first.body and "17,532 / 17,744" in first.body
    assert [payload for _, payload in first.choices] == ["1:f:1423:up", "1:f:1423:down", "1:w:more:1423"]
    assert all(len(title) <= 20 for title, _ in first.choices) and "FOMC" in notice.body


async def test_a_loss_and_a_win_go_by_the_same_templates_in_each_language(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    sids = templates(
        twilio, *(f"{kind}:{locale}" for kind in ("signal", "update", "outcome") for locale in ("id", "en"))
    )
    async with staged(db, twilio, clock, settings(twilio, tmp_path, sids)) as stage:
        await stage.known(ANI)
        await stage.known(BUDI, "en")
        for number, result, reason in ((1, "win", "tp2"), (2, "lose", "sl")):
            await stage.publish(number, ANI, BUDI)
            document = outcome(result, reason, number=number, signal_id=f"6f1c8b0e-0000-5000-8000-{number:012d}")
            document.pop("ledger", None)
            async with db.write() as conn:
                await signals.add_progress(conn, document["signal_id"], "filled", NOW, 17.33, None)
                await outcomes.add(conn, document, closed_ms=NOW + HOUR)
            for state in ("filled", "closed"):
                await stage.ask("reply", state, f"reply:{number}:{state}", number, ANI, BUDI)
                await stage.until(f"reply:{number}:{state}", ANI, "sent")
                await stage.until(f"reply:{number}:{state}", BUDI, "sent")
    for reader, words in ((ANI, ("Rincian: ", "Hasil: ")), (BUDI, ("Details: ", "Result: "))):
        bodies = stage.to(reader)
        assert [sum(word in body for body in bodies) for word in words] == [2, 2]
        won, lost = (next(body for body in bodies if words[1] in body and f"#{one}·" in body) for one in (1, 2))
        assert won.count("\n") == lost.count("\n") == 2 and "R" in won and "−" in lost
        assert not any("{{" in body or "<" in body for body in bodies)


async def test_without_a_template_it_is_held_counted_and_said_when_the_person_writes(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await stage.known(OWNER, owner=True)
        await stage.say(OWNER, "halo")
        twilio.messages.clear()
        await stage.publish(1423, ANI)
        await stage.ask("notice", "halted", "n1", None, ANI)
        assert "no template signal:id" in await stage.until("signal:1423", ANI, "pending", "held: ")
        await stage.until("n1", ANI, "pending", "held: ")
        owned = await twilio.wait_taken(1)
        assert owned.to == OWNER and ANI in owned.body and "signal:id" in owned.body
        async with db.read() as conn:
            assert await whatsapp.held(conn) == 2
        await stage.pass_by(31 * 60_000)
        await stage.until("signal:1423", ANI, "dropped")
        await stage.say(ANI, "halo")
        await stage.until("n1", ANI, "sent")
        await stage.until("missed:SMin" + "0" * 27 + "2", ANI, "sent")
        async with db.read() as conn:
            assert await whatsapp.held(conn) == 0
    said = stage.to(ANI)
    assert any("FOMC" in body for body in said) and any("1 pesan keburu basi" in body for body in said)
    assert len(stage.to(OWNER)) == 1, "the owners are told once for each closed window"


async def test_old_news_is_dropped_and_counted_but_outcomes_are_always_told(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await stage.publish(1, ANI)
        await stage.until("signal:1", ANI, "pending", "held: ")
        document = outcome("lose", "sl", number=1, signal_id=f"6f1c8b0e-0000-5000-8000-{1:012d}")
        document.pop("ledger")
        async with db.write() as conn:
            await outcomes.add(conn, document, closed_ms=NOW + HOUR)
        await stage.pass_by(HOUR)
        await stage.ask("reply", "closed", "reply:1:closed", 1, ANI)
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("reply:1:closed", ANI, "pending", "held: ")
        await stage.until("n1", ANI, "pending", "held: ")
        await stage.pass_by(2 * DAY)
        await stage.say(ANI, "halo")
        await stage.until("reply:1:closed", ANI, "sent")
        assert (await stage.row("n1", ANI))[0] == "dropped"
        await stage.until("missed:SMin" + "1".zfill(28), ANI, "sent")
    assert any("2 pesan keburu basi" in body for body in stage.to(ANI)) and any("Loss" in one for one in stage.to(ANI))


async def test_whoever_never_asked_gets_no_template(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path, templates(twilio, *ALL))) as stage:
        await stage.known(ANI, opted_in=False)
        await stage.publish(1423, ANI)
        assert "without a START" in await stage.until("signal:1423", ANI, "pending", "held: ")
        assert twilio.messages == []
        await stage.say(ANI, "mulai")
        await stage.until("signal:1423", ANI, "sent")


async def test_a_linked_person_is_told_on_telegram_once(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path), telegram=True) as stage:
        await stage.known(ANI)
        async with db.write() as conn:
            for channel, user in (("whatsapp", ANI), ("telegram", "77")):
                await conn.execute(identities.insert().values(channel=channel, user_id=user, person="ani"))
        await stage.publish(1423, ANI)
        await stage.until("signal:1423", ANI, "sent")
        assert await stage.row("signal:1423", "77", "telegram") == ("pending", "")
        async with db.write() as conn:
            assert (await whatsapp.counts(conn, 0)) == {"telegram": 1}
            await conn.execute(chats.insert().values(channel="telegram", address="77", active=0, at=0))
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "pending", "held: ")
    assert twilio.messages == []


async def test_a_late_63016_reopens_the_delivery_as_a_template(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path, templates(twilio, *ALL))) as stage:
        await stage.known(ANI)
        await wrote(stage)
        twilio.shut(ANI)
        twilio.late = True
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "sent")
        await stage.pass_by(HOUR)
        await twilio.report_now()
        again = await twilio.wait_taken(2)
        await stage.until("n1", ANI, "sent")
    assert "ContentSid" not in twilio.messages[0].form and "ContentSid" in again.form
    assert "FOMC" in again.body and len(twilio.messages) == 2


async def test_reports_may_come_twice_out_of_order_and_before_the_answer(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        twilio.late = True
        await stage.known(ANI)
        await wrote(stage)
        sid = "SM" + "2".zfill(32)
        await twilio.report(PUBLIC, stage.app, sid, "read")
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "sent")
        for status in ("delivered", "sent", "queued", "read", "failed"):
            assert await twilio.report(PUBLIC, stage.app, sid, status, "63018" if status == "failed" else "") == 200
        async with db.read() as conn:
            kept = await whatsapp.delivery_of(conn, sid)
        assert kept is not None and (kept.status, kept.error_code, kept.category) == ("read", "", "session")
        assert len(twilio.messages) == 1

        failed = "SM" + "3".zfill(32)
        await twilio.report(PUBLIC, stage.app, failed, "failed", "63018")
        await stage.ask("notice", "halted", "n2", None, ANI)
        assert "63018" in await stage.until("n2", ANI, "pending", "Twilio 63018")


@pytest.mark.parametrize("code", ["63015", "63018", "30008"])
async def test_what_passes_is_tried_again_with_growing_pauses(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path, code: str
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await wrote(stage)
        twilio.refuse_next = [code]
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "pending", f"Twilio {code}")
        assert len(twilio.messages) == 1
        await stage.pass_by(59_000)
        assert (await stage.row("n1", ANI))[0] == "pending"
        await stage.pass_by(2_000)
        await twilio.wait_taken(2)
        await stage.until("n1", ANI, "sent")


async def test_a_number_without_whatsapp_is_left_alone(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path)) as stage:
        await stage.known(ANI)
        await wrote(stage)
        twilio.refuse_next = ["63024"]
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "dead", "Twilio 63024")
        await stage.ask("notice", "halted", "n2", None, ANI)
        await stage.until("n2", ANI, "dead", "the chat is not active: not_found")


async def test_a_template_that_is_not_approved_is_told_to_the_owners_and_its_message_waits(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    sids = templates(twilio, *ALL, approved=False)
    async with staged(db, twilio, clock, settings(twilio, tmp_path, sids)) as stage:
        await stage.known(ANI)
        await stage.known(OWNER, owner=True)
        await stage.say(OWNER, "halo")
        twilio.messages.clear()
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "pending", "held: Twilio 63016")
        told = await twilio.wait_taken(2)
        assert told.to == OWNER and "63016" in told.body
        await stage.say(ANI, "halo")
        await stage.until("n1", ANI, "sent")
    assert "FOMC" in stage.to(ANI)[-1] + stage.to(ANI)[-2]


async def test_an_hour_before_it_shuts_a_person_is_asked_once(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    sids = templates(twilio, "keep:id", "keep:en", "signal:en")
    async with staged(db, twilio, clock, settings(twilio, tmp_path, sids)) as stage:
        await stage.known(ANI)
        await stage.known(BUDI, "en")
        await stage.say(ANI, "halo")
        await stage.say(BUDI, "hello")
        twilio.messages.clear()
        await stage.pass_by(23 * HOUR - 1_000)
        await stage.room.keeper.look()
        assert twilio.messages == []
        await stage.pass_by(1_000)
        await stage.room.keeper.look()
        await stage.room.keeper.look()
        asked = await twilio.wait_taken(1)
        assert asked.to == ANI and [payload for _, payload in asked.choices] == ["1:w:keep"]
        await stage.press(asked, 0)
        assert "24 jam ke depan" in stage.to(ANI)[-1]
        await stage.pass_by(2 * HOUR)
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "sent")
    assert len(stage.to(ANI)) == 3 and stage.to(BUDI) == [], "with an approved template alerts do not stop"


async def test_a_window_that_shut_is_asked_for_once_by_the_approved_template(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path, templates(twilio, "wake:id"))) as stage:
        await stage.known(ANI)
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.ask("notice", "halted", "n2", None, ANI)
        await stage.until("n1", ANI, "pending", "held: ")
        await stage.until("n2", ANI, "pending", "held: ")
        asked = await twilio.wait_taken(1)
        await stage.press(asked, 0)
        await stage.until("n1", ANI, "sent")
        await stage.until("n2", ANI, "sent")
    assert len(stage.to(ANI)) == 4


async def test_what_fails_for_good_is_told_on_telegram_where_the_person_is_known(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    async with staged(db, twilio, clock, settings(twilio, tmp_path), telegram=True) as stage:
        await stage.known(ANI)
        await wrote(stage)
        async with db.write() as conn:
            for channel, user in (("whatsapp", ANI), ("telegram", "77")):
                await conn.execute(identities.insert().values(channel=channel, user_id=user, person="ani"))
        twilio.refuse_next = ["30008", "30008", "30008"]
        await stage.ask("notice", "halted", "n1", None, ANI)
        async with asyncio.timeout(30):
            while (await stage.row("n1", ANI))[0] != "dead":
                await stage.pass_by(30_000)
                await asyncio.sleep(0.05)
        assert "told on Telegram" in (await stage.row("n1", ANI))[1] and len(twilio.messages) == 3
        assert (await stage.row("n1", "77", "telegram"))[0] == "pending"


async def test_reports_that_came_while_nobody_listened_are_dealt_with_at_the_start(
    db: Database, twilio: TwilioApi, clock: TapeClock, tmp_path: Path
) -> None:
    config = settings(twilio, tmp_path, templates(twilio, *ALL))
    async with staged(db, twilio, clock, config) as stage:
        twilio.late = True
        await stage.known(ANI)
        await wrote(stage)
        twilio.shut(ANI)
        await stage.ask("notice", "halted", "n1", None, ANI)
        await stage.until("n1", ANI, "sent")
    async with staged(db, twilio, clock, config, running=False):
        await twilio.report_now()
    clock.advance(clock.now_ms() + 2 * DAY)
    async with staged(db, twilio, clock, config) as stage:
        again = await twilio.wait_taken(2)
        await stage.until("n1", ANI, "sent")
    assert "ContentSid" in again.form
