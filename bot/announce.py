"""Who hears of what: outbox rows for every active chat, made in the transaction of the change they tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.lines import Line
from engine.decision.signal import Signal
from engine.decision.tick import Halted, Lifted, PolicySet
from storage import chats, outbox
from storage.outbox import PRIORITY


class Announcer:
    """Rows for the chats of the open lines. `now`: our clock (ms); `ahead`: how far the market's is ahead of it."""

    def __init__(self, lines: Sequence[Line], now: Callable[[], int], ahead: Callable[[], int] = lambda: 0) -> None:
        self._lines = lines
        self._now = now
        self._ahead = ahead

    async def published(self, conn: AsyncConnection, signal: Signal) -> None:
        """A new post everywhere; nobody needs it any more once the entry expired."""
        expires = signal.plan.ts + signal.plan.expiry_minutes * 60_000 - self._ahead()
        for chat in await self._chats(conn):
            await self._row(conn, chat, "signal", signal.number, "waiting", f"signal:{signal.number}", None, expires)

    async def moved(self, conn: AsyncConnection, number: int, state: str, ts: int) -> None:
        """The post is refreshed (where it can be) and one reply pushes the news."""
        for chat in await self._chats(conn):
            if self._can_edit(chat.channel):
                await self._row(conn, chat, "edit", number, state, f"edit:{number}", None, None)
            await self._row(conn, chat, "reply", number, state, f"reply:{number}:{state}", None, None)

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
        for chat in await self._chats(conn):
            await self._row(conn, chat, "notice", None, kind, f"{kind}:{fact.ts}:{sub}", payload, None)

    async def _chats(self, conn: AsyncConnection) -> list[chats.Chat]:
        open_now = {line.name for line in self._lines}
        return [chat for chat in await chats.active_chats(conn) if chat.channel in open_now]

    def _can_edit(self, channel: str) -> bool:
        return any(line.can_edit for line in self._lines if line.name == channel)

    async def _row(
        self,
        conn: AsyncConnection,
        chat: chats.Chat,
        kind: str,
        number: int | None,
        state: str,
        key: str,
        payload: dict[str, Any] | None,
        expires_at: int | None,
    ) -> None:
        await outbox.enqueue(
            conn,
            channel=chat.channel,
            address=chat.address,
            kind=kind,
            number=number,
            state=state,
            dedupe_key=key,
            payload=payload,
            priority=PRIORITY[kind],
            at=self._now(),
            expires_at=expires_at,
        )
