"""The 24 hours after a person's last word, in which WhatsApp lets us say anything."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import whatsapp
from storage.whatsapp import Window

DAY_MS = 24 * 3_600_000
MARGIN_MS = 30_000  # for the way to Twilio and to WhatsApp: what leaves us in time must also arrive in time
OPEN_MS = DAY_MS - MARGIN_MS
ASK_MS = DAY_MS - 3_600_000  # an hour before the end a person is asked to keep it open


def is_open(window: Window, now: int) -> bool:
    """Whether free text may still be sent.

    >>> is_open(Window("+62", 1_000), 1_000 + OPEN_MS - 1), is_open(Window("+62", 1_000), 1_000 + OPEN_MS)
    (True, False)
    """
    return window.last_inbound_at is not None and now - window.last_inbound_at < OPEN_MS


async def may_speak(conn: AsyncConnection, number: str, now: int) -> bool:
    """Whether a number may be sent free text now: its window is open and it did not say STOP."""
    found = await whatsapp.window(conn, number)
    return found.stopped_at is None and is_open(found, now)


def asked_since_shut(window: Window) -> bool:
    """Whether we asked for a word after the newest window ended: that is done once."""
    if window.asked_at is None:
        return False
    return window.last_inbound_at is None or window.asked_at >= window.last_inbound_at + OPEN_MS
