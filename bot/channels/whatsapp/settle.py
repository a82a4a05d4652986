"""What to do about a message that Twilio took and WhatsApp then refused: say it otherwise, later, or elsewhere.

A report only changes the book of deliveries; this reads from the book what nobody has dealt with yet. So reports may
come twice, in any order, before the sender has noted its own message, or while the program is down.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.whatsapp.errors import BLOCKED, NOT_FOUND, OUTSIDE, PASSING, TEMPLATE
from bot.channels.whatsapp.held import HOLD_S, Elsewhere
from storage import chats, outbox, whatsapp
from storage.whatsapp import HELD, Delivery

LOG = logging.getLogger(__name__)
FIRST_S = 60.0
LONGEST_S = 6 * 3600.0
TRIES = 6  # of what passes
OTHER_TRIES = 2  # of what nobody knows


@dataclass(frozen=True, slots=True)
class Later:
    """Try again after `seconds`, with what the row says meanwhile."""

    seconds: float
    error: str


def plan(delivery: Delivery, failures: int) -> Later | str:
    """When to try again; a text is why not, and that is for good.

    >>> plan(Delivery("SM1", "+62", "signal", 1, "session", "undelivered", "63016"), 1)
    Later(seconds=0.0, error='Twilio 63016: undelivered')
    >>> plan(Delivery("SM1", "+62", "signal", 1, "session", "failed", "63018"), 2).seconds
    240.0
    >>> plan(Delivery("SM1", "+62", "signal", 1, "session", "failed", "63024"), 1)
    'Twilio 63024: failed'
    """
    code = int(delivery.error_code) if delivery.error_code.isdigit() else 0
    error = f"Twilio {code}: {delivery.status}"
    backoff = Later(min(LONGEST_S, FIRST_S * 4.0 ** (failures - 1)), error)
    if code in TEMPLATE or (code == OUTSIDE and delivery.category != "session"):
        return Later(HOLD_S, HELD + error)
    if code == OUTSIDE:
        return replace(backoff, seconds=0.0) if failures <= TRIES else error
    if code in NOT_FOUND or code in BLOCKED:
        return error
    return backoff if failures <= (TRIES if code in PASSING else OTHER_TRIES) else error


async def settle(conn: AsyncConnection, delivery: Delivery, now: int, elsewhere: Elsewhere) -> bool:
    """Deal with one message that failed; False where its row went on without it."""
    row = await whatsapp.row_of(conn, delivery.outbox_id)
    if row is None:
        return False
    code = int(delivery.error_code) if delivery.error_code.isdigit() else 0
    if code == OUTSIDE and delivery.category == "session":
        await whatsapp.shut(conn, delivery.phone, delivery.at)
    found = plan(delivery, await whatsapp.failures(conn, row.id))
    held = isinstance(found, Later) and found.error.startswith(HELD)
    if (held or isinstance(found, str)) and await elsewhere.tell(conn, row, delivery.phone, now):
        await outbox.dead(conn, row.id, f"told on Telegram: Twilio {code} {delivery.status}")
    elif isinstance(found, Later):
        if not await outbox.reopen(conn, row.id, now, found.error):
            return False
        await outbox.retry(conn, row.id, now + round(found.seconds * 1000), found.error)
        if held:
            key = f"whatsapp_template:{delivery.kind}:{code}:{now // 86_400_000}"
            told = {"template": delivery.kind, "code": str(code)}
            await elsewhere.hold(conn, row, delivery.phone, "whatsapp_template", key, told, now)
    else:
        await outbox.dead(conn, row.id, found)
    if code in NOT_FOUND or code in BLOCKED:
        reason = "blocked" if code in BLOCKED else "not_found"
        await chats.deactivate(conn, whatsapp.CHANNEL, delivery.phone, reason)
    LOG.warning("%s to %s did not arrive: Twilio %s", row.dedupe_key, delivery.phone, delivery.error_code or "?")
    return True
