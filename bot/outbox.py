"""The sender: takes what is due from the stored outbox, renders it newly, and hands it to a channel.

Rows are made in the transaction of the change that they tell, so nothing is forgotten; the text is made at the moment
of sending, so nothing old is told. At most one row per address is in flight. A pause that the other side asks for
binds that chat alone. Entry posts past their time are dropped by the store; outcomes never are.

Nobody can know whether a post arrived when its answer was lost: it is sent once more (people recognise the number) and
then never again. A kill between the send and its note in the store does the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.errors import BUGS, Fatal, Later, Retryable
from bot.pace import Pacer
from bot.ports import Channel, Message
from storage import chats, outbox
from storage.chats import Chat
from storage.database import Database
from storage.outbox import OutboxRow

LOG = logging.getLogger(__name__)
IN_FLIGHT = 32
POLL_S = 1.0
LONGEST_PAUSE_S = 60.0
RENDER_TRIES = 3
SPARE = 6
UNKNOWN = "unknown: "
MIGRATED = "migrated"
SILENCING = ("blocked", "rights", "topic_closed")
LAST_WORDS = ("rejected", "removed")  # told although nothing else is sent to the person any more
GONE = ("not_found", "topic_closed")

Render = Callable[[OutboxRow, Chat | None], Awaitable[Message | None]]
Silence = Callable[[AsyncConnection, str, str, str], Awaitable[object]]
Place = Callable[[OutboxRow], Awaitable[str]]


@dataclass(slots=True)
class OutboxCounts:
    """What happened since the start; the store counts what is pending, dead and dropped."""

    sent: int = 0
    retried: int = 0
    dead: int = 0
    floods: int = 0


class OutboxSender:
    """One channel's sender; `run` until cancelled, or until the channel refuses our credentials.

    `render(row, chat)` makes the message in its newest state, None where there is nothing to say any more.
    `silence(conn, channel, address, reason)` ends the sending to a chat that does not take it. `place(row)` is the
    address in the same chat where a new message belongs (a topic); None: the row's own.
    """

    def __init__(
        self,
        db: Database,
        channel: Channel,
        render: Render,
        clock: Clock,
        pacer: Pacer,
        *,
        poll_s: float = POLL_S,
        silence: Silence = chats.deactivate,
        place: Place | None = None,
    ) -> None:
        self.counts = OutboxCounts()
        self.problem = ""
        self._db = db
        self._channel = channel
        self._render = render
        self._clock = clock
        self._pacer = pacer
        self._poll_s = poll_s
        self._silence = silence
        self._place = place
        self._wake = asyncio.Event()
        self._flying: set[int] = set()
        self._failures: dict[int, int] = {}
        self._alarm: int | None = None
        self._off = False

    def nudge(self) -> None:
        """Look at the outbox now: rows were committed."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, forever."""
        try:
            async with self._db.write() as conn:
                await outbox.take_back(conn, self._channel.name)
        except SQLAlchemyError as error:
            LOG.error("the outbox cannot be used: %s", error)
        async with asyncio.TaskGroup() as group:
            while not self._off:
                self._wake.clear()
                for row in await self._lease():
                    self._flying.add(row.id)
                    group.create_task(self._deliver(row))
                await self._rest()

    async def _lease(self) -> list[OutboxRow]:
        free = IN_FLIGHT - len(self._flying)
        if free <= 0:
            return []
        try:
            async with self._db.write() as conn:
                rows = await outbox.lease(conn, self._channel.name, self._clock.now_ms(), free)
            # a clock that runs faster than real time ends leases of rows that are still in our hands
            return [row for row in rows if row.id not in self._flying]
        except SQLAlchemyError as error:
            LOG.error("the outbox cannot be used: %s", error)
            return []

    async def _rest(self) -> None:
        """Until someone nudges, a postponed row is due, or a moment passed."""
        seconds = self._poll_s
        if self._alarm is not None:
            seconds = min(self._poll_s, max(0.02, (self._alarm - self._clock.now_ms()) / 1000))
            self._alarm = None
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _deliver(self, row: OutboxRow) -> None:
        try:
            await self._attempt(row)
        except SQLAlchemyError as error:
            LOG.error("outbox row %d comes again: %s", row.id, error)
        finally:
            self._flying.discard(row.id)
            self._wake.set()

    async def _attempt(self, row: OutboxRow) -> None:
        """Everything that can become of a row that is due."""
        wait = self._pacer.take(row.address, SPARE if row.kind == "edit" else 0)
        if wait > 0:
            await self._again(row, wait / 1000, row.error)
            return
        try:
            message_id = await self._tell(row)
        except Later as error:
            await self._again(row, error.retry_after or LONGEST_PAUSE_S, str(error))
        except Retryable as error:
            await self._failed_for_now(row, error)
        except Fatal as error:
            await self._failed_for_good(row, error)
        except BUGS as error:
            LOG.error("outbox row %d cannot be told", row.id, exc_info=error)
            if self._failed(row) >= RENDER_TRIES:
                await self._bury(row, repr(error))
            else:
                await self._again(row, self._pause(row), row.error)
        else:
            await self._note_sent(row, message_id)

    async def _tell(self, row: OutboxRow) -> str:
        """Send, reply or edit; the id of the message there, "" where there was nothing to tell."""
        async with self._db.read() as conn:
            chat = await chats.chat(conn, row.channel, row.address)
            post = None
            if row.number is not None and row.kind in ("edit", "reply"):
                post = await outbox.message_id_of(conn, row.channel, row.address, row.number)
        if chat is not None and not chat.active and row.state not in LAST_WORDS:
            raise Fatal(f"the chat is not active: {chat.reason}", "inactive")
        if row.kind == "edit" and (post is None or not self._channel.can_edit):
            return ""
        message = await self._render(row, chat)
        if message is None:
            return ""
        if row.kind == "edit" and post is not None:
            await self._channel.edit(row.address, post, message)
            return post
        return await self._send(row, message, post)

    async def _send(self, row: OutboxRow, message: Message, post: str | None) -> str:
        """Send to the topic where the row belongs; to the chat itself where that topic is gone."""
        place = row.address if self._place is None else await self._place(row)
        try:
            return (await self._channel.send(place, message, post)).message_id
        except Fatal as error:
            if place == row.address or error.reason not in GONE:
                raise
            LOG.warning("%s takes nothing, sent to %s instead: %s", place, row.address, error)
        return (await self._channel.send(row.address, message, post)).message_id

    async def _failed_for_now(self, row: OutboxRow, error: Retryable) -> None:
        """A passing fault: wait as told or longer each time; what may have arrived is sent once more only."""
        self._failed(row)
        if error.retry_after is not None:
            self.counts.floods += 1
            self._pacer.hold(row.address, error.retry_after)
            await self._again(row, error.retry_after, row.error)
            return
        unknown = error.sent is None and row.kind != "edit"
        if unknown and row.error.startswith(UNKNOWN):
            await self._bury(row, f"{error} (for the second time: it may have arrived)")
            return
        LOG.warning("%s to %s comes again: %s", row.kind, row.address, error)
        await self._again(row, self._pause(row), f"{UNKNOWN}{error}" if unknown else row.error or str(error))

    async def _failed_for_good(self, row: OutboxRow, error: Fatal) -> None:
        """A lasting fault: the chat is gone, moved, or this message is not wanted."""
        if error.reason == "unauthorized":
            self._off, self.problem = True, str(error)
            LOG.error("the %s channel is off: %s", self._channel.name, error)
            await self._again(row, LONGEST_PAUSE_S, row.error)
            return
        if error.reason == MIGRATED and error.moved_to is not None and row.error != MIGRATED:
            new = moved_address(row.address, error.moved_to)
            async with self._db.write() as conn:
                await chats.move(conn, row.channel, row.address, new)
                await outbox.retry(conn, row.id, self._clock.now_ms(), MIGRATED)
            LOG.warning("chat %s is now %s", row.address, new)
            return
        if error.reason in SILENCING or (error.reason == "not_found" and row.kind != "edit"):
            async with self._db.write() as conn:
                await self._silence(conn, row.channel, row.address, error.reason)
            LOG.warning("nothing is sent to %s any more: %s", row.address, error)
        await self._bury(row, str(error))

    async def _note_sent(self, row: OutboxRow, message_id: str) -> None:
        """Keep that it arrived; try hard, because otherwise it is sent again."""
        self._failures.pop(row.id, None)
        for attempt in range(5):
            try:
                async with self._db.write() as conn:
                    await outbox.sent(conn, row.id, message_id, self._clock.now_ms())
                self.counts.sent += bool(message_id)
                return
            except SQLAlchemyError as error:
                LOG.error("outbox row %d was sent, but that cannot be noted: %s", row.id, error)
                await self._clock.sleep(0.2 * 2**attempt)

    async def _again(self, row: OutboxRow, seconds: float, error: str) -> None:
        not_before = self._clock.now_ms() + round(seconds * 1000)
        self._alarm = not_before if self._alarm is None else min(self._alarm, not_before)
        async with self._db.write() as conn:
            await outbox.retry(conn, row.id, not_before, error)

    async def _bury(self, row: OutboxRow, error: str) -> None:
        self._failures.pop(row.id, None)
        self.counts.dead += 1
        LOG.error("%s %s to %s is not told: %s", row.kind, row.dedupe_key, row.address, error)
        async with self._db.write() as conn:
            await outbox.dead(conn, row.id, error)

    def _failed(self, row: OutboxRow) -> int:
        """Count a failed try (turns that were waited for are none)."""
        self.counts.retried += 1
        self._failures[row.id] = self._failures.get(row.id, 0) + 1
        return self._failures[row.id]

    def _pause(self, row: OutboxRow) -> float:
        return float(min(LONGEST_PAUSE_S, 0.5 * 2 ** min(10, self._failures.get(row.id, 1))))


def moved_address(old: str, new_chat: str) -> str:
    """The address in the supergroup that a group became; a topic stays.

    >>> moved_address("-5:7", "-1009")
    '-1009:7'
    """
    _, colon, topic = old.partition(":")
    return f"{new_chat}{colon}{topic}"
