"""Telegram's updates, each in the store before Telegram may forget it.

Telegram forgets an update when a later request names a higher offset. So: read, write all to the inbox, commit, and
only then ask with the next offset. Right after the start, and whenever an answer came empty, no offset is named: all
that is confirmed is gone already, and what comes twice is known by its update id. (A stored offset would lose taps:
after a quiet week Telegram counts from a new, perhaps lower, number.)
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.telegram.line import TelegramLine
from bot.clock import Clock
from bot.errors import Fatal, Retryable
from storage import inbox, leases
from storage.database import Database

LOG = logging.getLogger(__name__)
SOURCE = "telegram"
LEASE_MS = 45_000
WAIT_S = 20
LONGEST_PAUSE_S = 30.0
NEVER = -(10**15)


class TelegramPoller:
    """The one reader of a bot token's updates. `run` until cancelled, or until Telegram refuses the token.

    `connected` says whether the newest request was answered, `problem` why not; both are for the health page.
    """

    def __init__(
        self,
        line: TelegramLine,
        db: Database,
        clock: Clock,
        *,
        holder: str,
        on_name: Callable[[str], Awaitable[None]],
        on_updates: Callable[[], None],
        wait_s: int = WAIT_S,
        lease_ms: int = LEASE_MS,
    ) -> None:
        self.connected = False
        self.problem = ""
        self._line = line
        self._db = db
        self._clock = clock
        self._holder = holder
        self._lease = f"telegram:{line.bot_id}"
        self._lease_ms = lease_ms
        self._taken_at = NEVER
        self._wait_s = wait_s
        self._on_name = on_name
        self._on_updates = on_updates

    async def run(self) -> None:
        """Take the lease, say hello, read updates. `on_name` gets the bot's username once, before the first update."""
        failures, greeted = 0, False
        try:
            while True:
                try:
                    await self._own_the_token()
                    if not greeted:
                        await self._greet()
                        greeted = True
                    await self._read_on()
                except (Retryable, Fatal, SQLAlchemyError) as error:
                    if isinstance(error, Fatal) and error.reason == "unauthorized":
                        self.problem = str(error)
                        LOG.error("the Telegram channel is off: %s", error)
                        return
                    failures = 1 if self.connected else failures + 1
                    self._trouble(str(error), failures)
                    pause = error.retry_after if isinstance(error, Retryable) and error.retry_after else 0.0
                    await self._clock.sleep(max(pause, min(LONGEST_PAUSE_S, 0.5 * 2 ** min(failures, 7))))
        finally:
            await self._let_go()

    async def _greet(self) -> None:
        username = await self._line.username()
        await self._line.drop_webhook()
        await self._on_name(username)
        LOG.info("Telegram bot @%s is listening", username)

    async def _read_on(self) -> None:
        """Read and store, for as long as everything works and the lease is ours; the first answer is at once."""
        offset: int | None = None
        while await self._renew():
            updates = await self._line.updates(offset, self._wait_s if self.connected else 0)
            self.connected, self.problem = True, ""
            newest = await self._store(updates)
            offset = None if newest is None else newest + 1
            if updates and newest is None:
                raise Retryable("Telegram sent something that is no update")

    async def _store(self, updates: Sequence[Any]) -> int | None:
        """Commit the updates; the highest update id, None without any."""
        raw = {}
        for update in updates:
            if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
                LOG.error("an update without an id was passed by")
                continue
            raw[update["update_id"]] = json.dumps(update, ensure_ascii=False, separators=(",", ":"))

        async def put(conn: AsyncConnection) -> None:
            for number, payload in raw.items():
                await inbox.put(conn, SOURCE, str(number), payload, self._clock.now_ms())

        if raw:
            await self._db.write_at_once(put)
            self._on_updates()
        return max(raw, default=None)

    async def _own_the_token(self) -> None:
        """Wait until no other process on this store reads the same bot."""
        waited = 0
        while not await self._renew():
            if waited % 30 == 0:
                self._trouble("another SharpSignal process on this store reads this bot; waiting for it to end", 1)
            self.connected = False
            waited += 1
            await self._clock.sleep(2.0)

    async def _renew(self) -> bool:
        """Keep the lease; it is not asked for again while most of it is left."""
        now = self._clock.now_ms()
        if not self._taken_at <= now < self._taken_at + self._lease_ms // 5:
            async with self._db.write() as conn:
                ours = await leases.take(conn, self._lease, self._holder, now, self._lease_ms)
            self._taken_at = now if ours else NEVER
        return self._taken_at != NEVER

    async def _let_go(self) -> None:
        self.connected, self._taken_at = False, NEVER
        try:
            async with self._db.write() as conn:
                await leases.release(conn, self._lease, self._holder)
        except (SQLAlchemyError, RuntimeError) as error:
            LOG.warning("the lease on the bot ends by itself: %s", error)

    def _trouble(self, words: str, failures: int) -> None:
        """Keep the reason; log the first time and then now and again, never in a flood."""
        self.connected, self.problem = False, words
        if failures in (1, 5) or failures % 20 == 0:
            LOG.warning("Telegram: %s", words)
