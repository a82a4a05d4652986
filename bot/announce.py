"""Who hears of what: outbox rows for every active chat, made in the transaction of the change they tell.

However many chats there are, a change is one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.letters import Place, owner_addresses
from bot.lines import Line
from bot.messages.copy_trade.post import CLOSED, OPENED, form_of
from engine.decision.signal import Signal
from engine.decision.tick import OVER, Halted, Lifted, PolicySet
from storage import chats, exposure, outbox, preferences, signals, wanted
from storage.outbox import PRIORITY, NewRow

STOPS = "three stops in a row"  # the engine's reason whose stops are named
ENDINGS = ("closed", *(state for state in OVER if state != "reported"))  # a bot that was filled goes on
NEWS_MS = 3_600_000  # that something goes on again is no news after an hour


class Announcer:
    """Rows for the chats of the open lines. `now`: our clock (ms); `ahead`: how far the market's is ahead of it;
    `owners`: those by setting (channel, user id).
    """

    def __init__(
        self,
        lines: Sequence[Line],
        now: Callable[[], int],
        ahead: Callable[[], int] = lambda: 0,
        owners: Set[Place] = frozenset(),
    ) -> None:
        self._lines = lines
        self._now = now
        self._ahead = ahead
        self._owners = owners

    async def published(self, conn: AsyncConnection, signal: Signal) -> None:
        """A new post everywhere, and the orders where bots copy; nobody needs them once the entry expired."""
        expires = signal.plan.ts + signal.plan.expiry_minutes * 60_000 - self._ahead()
        chats_now = await wanted.wanting(conn, await self._chats(conn), signal.plan.pair)
        number, key = signal.number, f"signal:{signal.number}"
        rows = [self._row(chat, "signal", number, "waiting", key, expires_at=expires) for chat in chats_now]
        for chat, form in await self._copying(conn, chats_now, signal.mode):
            copied = f"{OPENED}:{number}"
            rows.append(self._row(chat, "notice", number, OPENED, copied, payload={"form": form}, expires_at=expires))
        await outbox.enqueue_many(conn, rows)

    async def moved(self, conn: AsyncConnection, number: int, state: str, ts: int) -> None:
        """The post is refreshed (where it can be), one reply pushes the news, and where bots copy they are told."""
        chats_now = await wanted.following(conn, await self._chats(conn), number)
        rows = await self._endings(conn, chats_now, number) if state in ENDINGS else []
        for chat in chats_now:
            if self._can_edit(chat.channel):
                rows.append(self._row(chat, "edit", number, state, f"edit:{number}"))
            rows.append(self._row(chat, "reply", number, state, f"reply:{number}:{state}"))
        await outbox.enqueue_many(conn, rows)

    async def _copying(
        self, conn: AsyncConnection, chats_now: Sequence[chats.Chat], mode: str
    ) -> list[tuple[chats.Chat, str]]:
        """The chats in which bots copy signals of this mode, with the form of text that they read."""
        wishes = await preferences.named(conn, "chat", "copy")
        found = [(chat, form_of(wishes.get((chat.channel, chat.address)), mode)) for chat in chats_now]
        return [(chat, form) for chat, form in found if form is not None]

    async def _endings(self, conn: AsyncConnection, chats_now: Sequence[chats.Chat], number: int) -> list[NewRow]:
        """What ends the orders of copying bots, as an answer to the message that gave them."""
        stored = await signals.get(conn, number)
        copied = [] if stored is None else await self._copying(conn, chats_now, stored.mode)
        answers = {"answers": f"{OPENED}:{number}"}
        return [
            self._row(chat, "notice", number, CLOSED, f"{CLOSED}:{number}", payload={"form": form, **answers})
            for chat, form in copied
        ]

    async def noticed(self, conn: AsyncConnection, fact: Any) -> None:
        """Halts, their end, policies. A halt is no news any more when it is over, its end after an hour."""
        match fact:
            case Halted():
                stops = await exposure.last_stops(conn) if fact.reason == STOPS else []
                payload = {"kind": fact.kind, "until": fact.until, "reason": fact.reason, "ts": fact.ts, "stops": stops}
                expires = None if fact.until is None else fact.until - self._ahead()
                mine = set(await owner_addresses(conn, self._owners))
                await self.tell(conn, "halted", f"halted:{fact.ts}:{fact.kind}", payload, expires, mine)
            case Lifted():
                expires = self._now() + NEWS_MS
                await self.tell(conn, "lifted", f"lifted:{fact.ts}:{fact.kind}", {"kind": fact.kind}, expires)
            case PolicySet():
                payload = {"version": fact.version, "reason": fact.reason}
                await self.tell(conn, "policy", f"policy:{fact.ts}:{fact.version}", payload)
            case _:
                return

    async def tell(
        self,
        conn: AsyncConnection,
        kind: str,
        key: str,
        payload: Mapping[str, Any],
        expires_at: int | None = None,
        owners: Set[Place] = frozenset(),
    ) -> None:
        """A notice of a kind (bot/messages/notice_kinds.py) to every chat; the same `key` again is no news.

        Where it was not sent before `expires_at` (ms), it is not sent at all. In chats of `owners` it says so.
        """
        alone = {**payload, "owner": True}
        rows = [
            self._row(
                chat,
                "notice",
                None,
                kind,
                key,
                payload=alone if (chat.channel, chat.address) in owners else payload,
                expires_at=expires_at,
            )
            for chat in await self._chats(conn)
        ]
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
