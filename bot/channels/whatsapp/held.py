"""What cannot be said to a number now: told on Telegram where the person is known there, else held until it writes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import outbox, whatsapp
from storage.outbox import OutboxRow
from storage.whatsapp import Delivery

LOG = logging.getLogger(__name__)
HOLD_S = 6 * 3600.0  # it is due earlier when the person writes

TellOwners = Callable[[AsyncConnection, str, str, Mapping[str, Any]], Awaitable[None]]
"""A notice to the owners: the connection, its kind, a key that makes it one notice, and what it says."""


async def no_owners(conn: AsyncConnection, kind: str, key: str, payload: Mapping[str, Any]) -> None:
    """Nobody to tell."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The other ways. `telegram`: there is a Telegram line. `nudge` wakes the senders after a commit."""

    telegram: bool = False
    tell_owners: TellOwners = no_owners
    nudge: Callable[[], None] = lambda: None

    async def tell(self, conn: AsyncConnection, row: OutboxRow, phone: str, now: int) -> bool:
        """Have Telegram tell a row where the person is known there. What was told there already is not told again."""
        address = await whatsapp.telegram_of(conn, phone) if self.telegram else None
        if address is None:
            return False
        await outbox.enqueue(
            conn,
            channel="telegram",
            address=address,
            kind=row.kind,
            number=row.number,
            state=row.state,
            dedupe_key=row.dedupe_key,
            payload=row.payload,
            priority=row.priority,
            at=now,
            expires_at=row.expires_at,
        )
        await whatsapp.noted(
            conn, Delivery(f"telegram:{row.id}", phone, row.kind, row.id, status="telegram", at=now)
        )  # fmt: skip
        LOG.info("%s of %s goes to Telegram instead", row.dedupe_key, phone)
        return True

    async def hold(
        self,
        conn: AsyncConnection,
        row: OutboxRow,
        phone: str,
        kind: str,
        key: str,
        payload: Mapping[str, Any],
        now: int,
    ) -> None:
        """Count a row that waits, and tell the owners why: one notice for each `key`."""
        if await whatsapp.noted(conn, Delivery(f"held:{row.id}", phone, row.kind, row.id, status="held", at=now)):
            await self.tell_owners(conn, kind, key, payload)
