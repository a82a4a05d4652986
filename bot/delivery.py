"""One row of the outbox on its way to a chat, and everything that can become of it.

Nobody can know whether a post arrived when its answer was lost: a post or a reply is sent once more (people recognise
the number) and then never again, an edit until it is known to be there, a notice not twice. Each such doubt is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.errors import BUGS, Fatal, Later, Retryable
from bot.pace import Pacer
from bot.ports import Channel, Message
from storage import chats, outbox, pace, revisions
from storage.chats import Chat
from storage.database import Database
from storage.outbox import RESENT, OutboxRow

LOG = logging.getLogger(__name__)
LONGEST_PAUSE_S = 60.0
RENDER_TRIES = 3
MIGRATED = "migrated"
SPARE = 6  # places of a group's allowance that edits leave to what matters more
PATIENCE_MS = 2_000
SILENCING = ("blocked", "rights", "topic_closed")
LAST_WORDS = ("rejected", "removed", "role")  # told although nothing else is sent to the person any more
GONE = ("not_found", "topic_closed")

Render = Callable[[OutboxRow, Chat | None, AsyncConnection], Awaitable[Message | None]]
Silence = Callable[[AsyncConnection, str, str, str], Awaitable[object]]
Place = Callable[[OutboxRow, AsyncConnection], Awaitable[str]]
T = TypeVar("T")


class NoTurn(Exception):
    """Nobody may be talked to for a while, for this row's chat or at all."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A leased row: its chat, the message there that it is about, where a new one belongs, and what it says.

    `message` is None where there is nothing to say (any more). `bug`: what went wrong when these were made.
    """

    row: OutboxRow
    chat: Chat | None
    post: str | None
    place: str
    message: Message | None = None
    bug: Exception | None = None


@dataclass(slots=True)
class OutboxCounts:
    """What happened since the start; the store counts what is pending, dead and dropped.

    `unknown`: sent, and nobody knows whether it arrived. `floods`: the other side asked for silence.
    """

    sent: int = 0
    retried: int = 0
    dead: int = 0
    floods: int = 0
    unknown: int = 0
    dropped: int = 0


@dataclass(slots=True)
class Weather:
    """How the other side does: `failures` in a row without an answer that made sense; `off` for good, and why."""

    failures: int = 0
    off: bool = False
    problem: str = ""


class Delivery:
    """Hands leased rows to a channel and notes what became of them.

    `due_at` hears when a row is due again (ms), `on_turn` of a row whose turn has come.
    """

    def __init__(
        self,
        db: Database,
        channel: Channel,
        clock: Clock,
        pacer: Pacer,
        *,
        silence: Silence,
        due_at: Callable[[int], None],
        on_turn: Callable[[OutboxRow], None],
    ) -> None:
        self.counts = OutboxCounts()
        self.weather = Weather()
        self._db = db
        self._channel = channel
        self._clock = clock
        self._pacer = pacer
        self._silence = silence
        self._due_at = due_at
        self._on_turn = on_turn
        self._failures: dict[int, int] = {}

    async def attempt(self, addressed: Addressed) -> None:
        """Make it, wait for a turn, say it."""
        row = addressed.row
        try:
            message_id, said = await self._tell(addressed)
        except NoTurn:
            await self._put_back(row)
        except Later as error:
            await self._again(row, error.retry_after or LONGEST_PAUSE_S, str(error), tried=False)
        except Retryable as error:
            await self._failed_for_now(row, error)
        except Fatal as error:
            self.weather.failures = 0
            await self._failed_for_good(row, error)
        except BUGS as error:
            LOG.error("outbox row %d cannot be told", row.id, exc_info=error)
            if self._failed(row) >= RENDER_TRIES:
                await self._bury(row, repr(error))
            else:
                await self._again(row, self._pause(row), row.error)
        else:
            await self._note_sent(row, message_id, said)

    async def _tell(self, addressed: Addressed) -> tuple[str, str]:
        """Send, reply or edit; the id of the message there ("" where there was nothing to tell), and its words."""
        row, chat, post, message = addressed.row, addressed.chat, addressed.post, addressed.message
        if addressed.bug is not None:
            raise addressed.bug
        if _not_told(row, chat) and chat is not None:
            raise Fatal(f"the chat is not active: {chat.reason}", "inactive")
        if message is None:
            return "", ""
        if row.kind == "edit" and post is not None:
            await self._in_turn(row, lambda: self._channel.edit(row.address, post, message))
            return post, message.text
        return await self._send(addressed, message), message.text

    async def _send(self, addressed: Addressed, message: Message) -> str:
        """Send to the topic where the row belongs; to the chat itself where that topic is gone."""
        row, post, place = addressed.row, addressed.post, addressed.place
        try:
            return (await self._in_turn(row, lambda: self._channel.send(place, message, post))).message_id
        except Fatal as error:
            if place == row.address or error.reason not in GONE:
                raise
            LOG.warning("%s takes nothing, sent to %s instead: %s", place, row.address, error)
        return (await self._in_turn(row, lambda: self._channel.send(row.address, message, post))).message_id

    async def _in_turn(self, row: OutboxRow, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call as soon as it may be made, what is urgent before what is not. Raises NoTurn."""
        spare = SPARE if row.kind == "edit" else 0
        if not await self._pacer.turn(row.address, spare, rank=1 + row.priority, within_ms=PATIENCE_MS):
            raise NoTurn
        self._on_turn(row)
        try:
            result = await call()
        except Later:
            self._pacer.unused(row.address)
            raise
        except (Retryable, Fatal, *BUGS) as error:
            self._pacer.ended(row.address, accepted=not isinstance(error, Retryable))
            raise
        self._pacer.ended(row.address)
        self.weather.failures = 0
        return result

    async def _failed_for_now(self, row: OutboxRow, error: Retryable) -> None:
        """A passing fault: wait as told or longer each time; what may have arrived is sent once more only."""
        self._failed(row)
        if error.retry_after is not None:
            self.weather.failures = 0
            self.counts.floods += 1
            self._pacer.hold(row.address, error.retry_after)
            await self._again(row, error.retry_after, row.error)
            return
        self.weather.failures += 1
        unknown = error.sent is None and row.kind != "edit"
        self.counts.unknown += unknown
        if unknown and (row.unknowns or row.kind not in RESENT):
            times = "for the second time: it may have arrived" if row.unknowns else "it may have arrived"
            await self._bury(row, f"{error} ({times})", unknown=True)
            return
        LOG.warning("%s to %s comes again: %s", row.kind, row.address, error)
        await self._again(row, self._pause(row), str(error), unknown=unknown)

    async def _failed_for_good(self, row: OutboxRow, error: Fatal) -> None:
        """A lasting fault: the chat is gone, moved, or this message is not wanted."""
        if error.reason == "unauthorized":
            self.weather.off, self.weather.problem = True, str(error)
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

    async def _note_sent(self, row: OutboxRow, message_id: str, said: str) -> None:
        """Keep that it arrived, and what a post says now; try hard, because otherwise it is sent again."""
        self._failures.pop(row.id, None)
        now, news = self._clock.now_ms(), self._pacer.unkept()

        async def note(conn: AsyncConnection) -> None:
            await outbox.sent(conn, row.id, message_id, now)
            await pace.keep(conn, row.channel, news)
            if said and row.number is not None and row.kind in ("signal", "edit"):
                await revisions.add(conn, row.channel, row.address, row.number, said, now)

        for attempt in range(5):
            try:
                await self._db.write_at_once(note)
                self.counts.sent += bool(message_id)
                return
            except SQLAlchemyError as error:
                LOG.error("outbox row %d was sent, but that cannot be noted: %s", row.id, error)
                await self._clock.sleep(0.2 * 2**attempt)

    async def _again(
        self, row: OutboxRow, seconds: float, error: str, *, unknown: bool = False, tried: bool = True
    ) -> None:
        not_before = self._clock.now_ms() + round(seconds * 1000)
        self._due_at(not_before)
        async with self._db.write() as conn:
            await outbox.retry(conn, row.id, not_before, error, unknown=unknown, tried=tried)
            await pace.keep(conn, row.channel, self._pacer.unkept())

    async def _put_back(self, row: OutboxRow) -> None:
        """Its chat, or everybody, has to wait longer than it pays to hold it: due as it was."""
        async with self._db.write() as conn:
            await outbox.retry(conn, row.id, row.not_before, row.error, tried=False)

    async def _bury(self, row: OutboxRow, error: str, *, unknown: bool = False) -> None:
        self._failures.pop(row.id, None)
        self.counts.dead += 1
        LOG.error("%s %s to %s is not told: %s", row.kind, row.dedupe_key, row.address, error)
        async with self._db.write() as conn:
            await outbox.dead(conn, row.id, error, unknown=unknown)

    def _failed(self, row: OutboxRow) -> int:
        """Count a failed try."""
        self.counts.retried += 1
        self._failures[row.id] = self._failures.get(row.id, 0) + 1
        return self._failures[row.id]

    def _pause(self, row: OutboxRow) -> float:
        return float(min(LONGEST_PAUSE_S, 0.5 * 2 ** min(10, self._failures.get(row.id, 1))))


async def address(row: OutboxRow, place: Place | None, render: Render, edits: bool, conn: AsyncConnection) -> Addressed:
    """Look up where a row goes and make what it says, in the unit of work that leases it.

    What goes wrong with one row stops no other. `edits`: whether the channel can change a message.
    """
    try:
        chat, post = await _where_to(row, conn)
        there = row.address if place is None else await place(row, conn)
        silent = _not_told(row, chat) or (row.kind == "edit" and (post is None or not edits))
        return Addressed(row, chat, post, there, None if silent else await render(row, chat, conn))
    except BUGS as error:
        return Addressed(row, None, None, row.address, bug=error)


def _not_told(row: OutboxRow, chat: Chat | None) -> bool:
    """The chat wants nothing more, and this is not what it hears all the same."""
    return chat is not None and not chat.active and row.state not in LAST_WORDS


async def _where_to(row: OutboxRow, conn: AsyncConnection) -> tuple[Chat | None, str | None]:
    chat, post = await chats.chat(conn, row.channel, row.address), None
    if row.number is not None and row.kind in ("edit", "reply"):
        post = await outbox.message_id_of(conn, row.channel, row.address, row.number)
    elif row.payload is not None and "answers" in row.payload:
        post = await outbox.message_id_by_key(conn, row.channel, row.address, row.payload["answers"])
    return chat, post


def moved_address(old: str, new_chat: str) -> str:
    """The address in the supergroup that a group became; a topic stays.

    >>> moved_address("-5:7", "-1009")
    '-1009:7'
    """
    _, colon, topic = old.partition(":")
    return f"{new_chat}{colon}{topic}"
