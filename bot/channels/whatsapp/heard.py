"""What a message of a person means for its number, noted in the transaction that stores the message.

So STOP is in force before Twilio hears that we have it, and a window is open before anything is answered.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.whatsapp.window import DAY_MS
from bot.commands.whatsapp_taps import NAMESPACE
from bot.commands.words import command_word
from storage import chats, outbox, whatsapp
from storage.whatsapp import CHANNEL

MISSED = "whatsapp_missed"
NEWS = (
    *("halted", "lifted", "restarted", "feed_lost", "feed_back", "alarm", "alarm_over"),
    *("policy", "trained", "whatsapp_held", "digest"),
)
_STOP = f"1:{NAMESPACE}:stop"


async def heard(conn: AsyncConnection, form: Mapping[str, str], now: int) -> None:
    """A number wrote: its window opens, what was held is due, STOP and START count at once."""
    phone = form["From"].removeprefix("whatsapp:")
    before = await whatsapp.window(conn, phone)
    await whatsapp.drop_stale(conn, phone, now - DAY_MS, NEWS)
    missed = await whatsapp.missed(conn, phone, before.last_inbound_at or 0)
    await whatsapp.wrote(conn, phone, now)
    word = said(form)
    if word == "stop":
        await whatsapp.stopped(conn, phone, now)
        await chats.deactivate(conn, CHANNEL, phone, "stop")
        return
    if word == "start":
        await whatsapp.opted_in(conn, phone, now)
    if missed:
        await outbox.enqueue(
            conn,
            channel=CHANNEL,
            address=phone,
            kind="notice",
            number=None,
            state=MISSED,
            dedupe_key=f"missed:{form['MessageSid']}",
            payload={"count": missed},
            priority=outbox.PRIORITY["notice"],
            at=now,
        )


def said(form: Mapping[str, str]) -> str | None:
    """Whether a message is a STOP or a START: as Twilio understood it, as a button, or in words of any language.

    >>> said({"Body": "Berhenti"}), said({"Body": "/start"}), said({"ListId": "1:w:stop"}), said({"Body": "hi"})
    ('stop', 'start', 'stop', None)
    """
    known = form.get("OptOutType", "").lower()
    if known in ("stop", "start"):
        return known
    pressed = form.get("ButtonPayload") or form.get("ListId") or ""
    if pressed:
        return "stop" if pressed == _STOP else None
    text = form.get("Body", "").strip()
    word = "start" if text.lower().split(" ")[0] == "/start" else command_word(text)
    return word if word in ("stop", "start") else None
