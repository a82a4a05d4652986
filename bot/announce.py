"""Who hears of what: outbox rows for every active chat, made in the transaction of the change they tell.

However many chats there are, a change is one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.lines import Line
from engine.decision.signal import Signal
from engine.decision.tick import Halted, Lifted, PolicySet
from storage import chats, outbox
from storage.outbox import PRIORITY, NewRow


class Announcer:
    """Rows for the chats of the open lines. `now`: our clock (ms); `ahead`: how far the market's is ahead of it."""

    def __init__(self, lines: Sequence[Line], now: Callable[[], int], ahead: Callable[[], int] = lambda: 0) -> None:
        self._lines = lines
        self._now = now
        self._ahead = ahead

    async def published(self, conn: AsyncConnection, signal: Signal) -> None:
        """A new post everywhere; nobody needs it any more once the entry expired."""
        expires = signal.plan.ts + signal.plan.expiry_minutes * 60_000 - self._ahead()
        chats_now = await self._chats(conn)
        number, key = signal.number, f"signal:{signal.number}"
        rows = [self._row(chat, "signal", number, "waiting", key, expires_at=expires) for chat in chats_now]
        await outbox.enqueue_many(conn, rows)

    async def moved(self, conn: AsyncConnection, number: int, state: str, ts: int) -> None:
        """The post is refreshed (where it can be) and one reply pushes the news."""
        rows = []
        for chat in await self._chats(conn):
            if self._can_edit(chat.channel):
                rows.append(self._row(chat, "edit", number, state, f"edit:{number}"))
            rows.append(self._row(chat, "reply", number, state, f"reply:{number}:{state}"))
        await outbox.enqueue_many(conn, rows)

    async def noticed(self, conn: AsyncConnection, fact: Any) -> None:
        """Halts, their end, policies."""
        match fact:
            case Halted():
                kind, sub = "halted", fact.kind
                payload = {"kind": fact.kind, "until": fact.until, "reason": fact.reason}
            case Lifted():
                kind, sub, payload = "lifted", fact.kind, {"kind": fact.kind}
            case PolicySet():
                kind, sub, payload = "policy", fact.version, {"version": fact.version, "reason": fact.reason}
            case _:
                return
        await self.tell(conn, kind, f"{kind}:{fact.ts}:{sub}", payload)

    async def tell(self, conn: AsyncConnection, kind: str, key: str, payload: Mapping[str, Any]) -> None:
        """A notice of a kind (bot/messages/notice_kinds.py) to every chat; the same `key` again is no news."""
        rows = [self._row(chat, "notice", None, kind, key, payload=payload) for chat in await self._chats(conn)]
        await outbox.enqueue_many(conn, rows)

    async def _chats(self, conn: AsyncConnection) -> list[chats.Chat]:
        open_now = {line.name for line in self._lines}
        return [chat for chat in await chats.active_chats(conn) if chat.channel in open_now]

    def _can_edit(self, channel: str) -> bool:
        return any(line.can_edit for line in self._lines if line.name == channel)

    def _row(
        self,
        chat: chats.Chat,
        kind: str,
        number: int | None,
        state: str,
        key: str,
        *,
        payload: Mapping[str, Any] | None = None,
        expires_at: int | None = None,
    ) -> NewRow:
        what = (number, state, key, payload, PRIORITY[kind], self._now(), None, expires_at)
        return NewRow(chat.channel, chat.address, kind, *what)
