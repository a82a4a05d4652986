"""WhatsApp through Twilio's real client and real signed webhooks, against a server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot.channels.whatsapp.answers import WhatsAppAnswers
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.digits import body_of
from bot.channels.whatsapp.line import TwilioLine
from bot.channels.whatsapp.webhook import twilio_router
from bot.clock import SystemClock
from bot.errors import Fatal, Retryable
from bot.inbox import InboxWorker
from bot.pace import UNLIMITED, Pacer
from bot.ports import Answer, Button, Incoming, Message
from storage import inbox, whatsapp
from storage.database import Database
from tests.channels.talking import eventually, side_by_side
from tests.servers.routes import serving
from tests.servers.twilio_api import STATUS_PATH, WHATSAPP_PATH, TwilioApi

PUBLIC = "https://sharp.example"
SENDER = "+14155238886"
ANI = "+62812000111"
KEYS = (tuple(Button(f"{sign} 2", f"1:f:7:{kind}") for sign, kind in (("👍", "up"), ("👎", "down"))),)
CLOCK = SystemClock()


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioApi]:
    async with TwilioApi() as server:
        yield server


@pytest.fixture
async def channel(twilio: TwilioApi, db: Database) -> AsyncIterator[WhatsAppChannel]:
    line = TwilioLine(
        twilio.account_sid,
        twilio.auth_token,
        SENDER,
        twilio.url,
        status_callback=PUBLIC + STATUS_PATH,
        timeout=0.4,
    )
    async with db.write() as conn:
        await whatsapp.wrote(conn, ANI, CLOCK.now_ms())
    made = WhatsAppChannel(line, db, CLOCK)
    yield made
    await made.close()


def webhook(
    db: Database, twilio: TwilioApi, on_updates: Callable[[], None] | None = None
) -> AbstractAsyncContextManager[str]:
    """The webhook routes in a real server."""
    return serving([twilio_router(db, twilio.auth_token, PUBLIC + "/", CLOCK, on_updates)])


async def test_a_signal_goes_out_as_text_with_its_digits(twilio: TwilioApi, channel: WhatsAppChannel) -> None:
    receipt = await channel.send(ANI, Message("<b>LONG</b>", "LONG #7", KEYS))
    posted = await twilio.wait_taken(1)
    assert receipt.message_id == posted.sid and posted.to == ANI
    assert posted.body == "LONG #7\n\n1 👍 · 2 👎 · 3 ⛔ · 4 📝"
    assert posted.form["From"] == f"whatsapp:{SENDER}" and posted.form["StatusCallback"] == PUBLIC + STATUS_PATH


@pytest.mark.parametrize("text", ["x" * 5000, "👍" * 2000, "short"])
def test_a_body_fits_and_keeps_its_digits(text: str) -> None:
    body = body_of(Message(text, text, KEYS))
    assert len(body.encode("utf-16-le")) // 2 <= 1600 and body.endswith("4 📝")


def test_what_folds_away_under_a_post_is_left_out_and_elsewhere_only_where_there_is_no_room() -> None:
    folded = "<blockquote expandable>why\nand why</blockquote>"
    assert body_of(Message(f"<b>LONG</b>\n{folded}", "LONG\nwhy\nand why", KEYS)).startswith("LONG\n\n1 👍")
    assert body_of(Message(f"<b>LONG</b>\n{folded}", "LONG\nwhy\nand why")) == "LONG\nwhy\nand why"
    long = "x" * 1580
    assert body_of(Message(f"{long}\n{folded}", f"{long}\nwhy\nand why {long}")) == long


def test_digits_are_told_once_and_links_are_spelled_out() -> None:
    told = Message("", "1 👍 2 👎", KEYS)
    assert body_of(told) == "1 👍 2 👎"
    assert body_of(Message("", "see", ((Button("Web", url="https://x.example"),),))) == "see\n\nWeb: https://x.example"


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, 63016, "window"),
        (400, 21656, "template"),
        (400, 21211, "not_found"),
        (400, 63003, "not_found"),
        (400, 21610, "blocked"),
        (401, 20003, "unauthorized"),
        (400, 21617, "rejected"),
    ],
)
async def test_lasting_refusals(
    twilio: TwilioApi, channel: WhatsAppChannel, status: int, code: int, reason: str
) -> None:
    twilio.fail(status, code)
    with pytest.raises(Fatal) as refused:
        await channel.send(ANI, Message("x", "x"))
    assert refused.value.reason == reason and twilio.auth_token not in str(refused.value)


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (503, 0), (400, 63017), (400, 63018), (400, 63015)])
async def test_passing_refusals(twilio: TwilioApi, channel: WhatsAppChannel, status: int, code: int) -> None:
    twilio.fail(status, code)
    with pytest.raises(Retryable) as later:
        await channel.send(ANI, Message("x", "x"))
    assert later.value.sent is False


async def test_what_may_have_arrived_is_told_apart(twilio: TwilioApi, channel: WhatsAppChannel) -> None:
    twilio.hang()
    with pytest.raises(Retryable) as hung:
        await channel.send(ANI, Message("x", "x"))
    twilio.drop()
    with pytest.raises(Retryable) as cut:
        await channel.send(ANI, Message("x", "x"))
    assert (hung.value.sent, cut.value.sent, len(twilio.messages)) == (None, None, 1)
    await twilio.stop()
    with pytest.raises(Retryable) as gone:
        await channel.send(ANI, Message("x", "x"))
    assert gone.value.sent is False


async def test_nothing_can_be_edited(channel: WhatsAppChannel) -> None:
    assert not channel.can_edit
    with pytest.raises(Fatal):
        await channel.edit(ANI, "SM1", Message("x", "x"))


async def test_a_message_is_stored_once_before_it_is_answered(twilio: TwilioApi, db: Database) -> None:
    woken: list[int] = []
    async with webhook(db, twilio, lambda: woken.append(1)) as app:
        assert await twilio.say(PUBLIC, app, ANI, "👍 bagus & cepat", sid="SM5") == 200
        assert await twilio.say(PUBLIC, app, ANI, "👍 bagus & cepat", sid="SM5") == 200
    async with db.read() as conn:
        rows = await inbox.pending(conn, "whatsapp")
    assert [row.update_id for row in rows] == ["SM5"] and woken


async def test_a_replayed_stop_does_not_undo_a_later_start(twilio: TwilioApi, db: Database) -> None:
    async with webhook(db, twilio) as app:
        for sid, text in (("SM1", "STOP"), ("SM2", "mulai"), ("SM1", "STOP")):
            assert await twilio.say(PUBLIC, app, ANI, text, sid=sid) == 200
    async with db.read() as conn:
        window = await whatsapp.window(conn, ANI)
    assert window.stopped_at is None and window.opted_in_at is not None


@pytest.mark.parametrize("path", [WHATSAPP_PATH, STATUS_PATH])
@pytest.mark.parametrize("signature", ["", "wrong", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_what_twilio_did_not_sign_is_refused(twilio: TwilioApi, db: Database, path: str, signature: str) -> None:
    async with webhook(db, twilio) as app:
        form = {"MessageSid": "SM1", "From": "whatsapp:+62812", "Body": "1", "MessageStatus": "failed"}
        assert await twilio.post(PUBLIC, app, path, form, signature) == 403
        assert await twilio.post("https://elsewhere.example", app, path, form) == 403
        assert await twilio.post(PUBLIC, app, path, {}) == 403
    async with db.read() as conn:
        assert await inbox.pending(conn, "whatsapp") == []
        assert (await whatsapp.window(conn, ANI)).last_inbound_at is None
        assert await whatsapp.delivery_of(conn, "SM1") is None


async def test_a_body_beyond_any_message_is_refused(twilio: TwilioApi, db: Database) -> None:
    async with webhook(db, twilio) as app:
        assert await twilio.say(PUBLIC, app, ANI, "x" * 100_000) == 413
        assert await twilio.say(PUBLIC, app, ANI, "1", **{f"Extra{n}": "" for n in range(300)}) == 403


async def test_people_talk(twilio: TwilioApi, db: Database, channel: WhatsAppChannel) -> None:
    seen: list[Incoming] = []

    async def answer(incoming: Incoming) -> Answer:
        seen.append(incoming)
        if incoming.kind == "tap":
            return Answer(toast="saved", edit=Message("x", "x"))
        return Answer(messages=(Message("", f"heard {incoming.text}"),))

    worker = InboxWorker(db, CLOCK, WhatsAppAnswers(channel, Pacer(UNLIMITED, CLOCK), CLOCK, db), answer)
    async with webhook(db, twilio, worker.nudge) as app, side_by_side(worker.run()):
        await twilio.say(PUBLIC, app, ANI, "1", reply_to="SMpost")
        await eventually(db, 1)
        await twilio.say(PUBLIC, app, ANI, "👍", reply_to="SMpost", ButtonPayload="1:f:7:up")
        await eventually(db, 2)
        await twilio.say(PUBLIC, app, ANI, "/stats 7d")
        await eventually(db, 3)
        await twilio.say(PUBLIC, app, ANI, "PAUSE 30 FOMC")
        await eventually(db, 4)
    assert [posted.body for posted in twilio.messages] == ["heard 1", "saved", "heard /stats 7d", "heard PAUSE 30 FOMC"]
    assert [(one.kind, one.command, one.args, one.data, one.reply_to) for one in seen] == [
        ("text", "", "", "", "SMpost"),
        ("tap", "", "", "1:f:7:up", "SMpost"),
        ("command", "stats", "7d", "", ""),
        ("command", "pause", "30 FOMC", "", ""),
    ]
    assert {(one.person.channel, one.person.user_id, one.person.name, one.address) for one in seen} == {
        ("whatsapp", ANI, "Ani", ANI)
    }
