"""What people did, from the stored raw update to the finished answer.

A channel's receiver writes each raw update to the inbox and commits; this worker translates it, lets the conversation
handle it, and has the channel carry out the answer. A row is done only after that, so a kill loses nothing; handling
the same update again changes nothing (the conversation knows its event id).

Rows of one person on one signal, and taps on one message, are handled in the order in which they came. A slow or
forbidden send holds its own chat, never another person's tap.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.errors import BUGS, SharpSignalError
from bot.ports import Answer, Incoming, Message, Receipt
from storage import chats, inbox
from storage.database import Database
from storage.inbox import InboxRow

LOG = logging.getLogger(__name__)
FRESH_MS = 120_000
FRESH_ONLY = frozenset({"pause", "resume"})
TRIES = 3
UNDER_WAY = 500
POLL_S = 1.0
BROKEN = (SharpSignalError, SQLAlchemyError, *BUGS)


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that asks nothing of us; `why` is kept with the row."""

    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A chat got another address."""

    old: str
    new: str


Translated = Incoming | Moved | Ignored
Handle = Callable[[Incoming], Awaitable[Answer]]
Told = Callable[[Incoming, Message, Receipt], Awaitable[None]]


class Respondent(Protocol):
    """A channel's side of the talk. `name` is the channel's name and the inbox source."""

    name: str

    def translate(self, row: InboxRow) -> Translated:
        """Read a raw update. Raises one of BROKEN for one that makes no sense."""
        ...

    def place(self, incoming: Incoming) -> int:
        """A place in the line of the tapped message's edits, taken in handling order."""
        ...

    async def perform(self, answer: Answer, incoming: Incoming, place: int) -> Sequence[tuple[Message, Receipt]]:
        """Carry an answer out: the toast at once, then edit and messages. The result names what was sent."""
        ...

    async def acknowledge(self, incoming: Incoming) -> None:
        """End the wait of a person whose press on a button could not be handled."""
        ...


@dataclass(slots=True)
class InboxCounts:
    """How rows ended since the start."""

    done: int = 0
    ignored: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Busy:
    """What is being worked on: row ids, and the order keys that are taken while a row is handled."""

    rows: set[int] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    handling: int = 0


class InboxWorker:
    """Works off one source's rows; `run` until cancelled."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        respondent: Respondent,
        handle: Handle,
        *,
        told: Told | None = None,
        concurrency: int = 8,
    ) -> None:
        self.counts = InboxCounts()
        self._db = db
        self._clock = clock
        self._respondent = respondent
        self._handle = handle
        self._told = told
        self._most = concurrency
        self._busy = _Busy()
        self._known: dict[int, Incoming] = {}
        self._wake = asyncio.Event()

    def nudge(self) -> None:
        """Look at the inbox now: a row was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Handle rows as they come, forever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                for row, incoming, keys in await self._next():
                    self._busy.rows.add(row.id)
                    self._busy.keys |= keys
                    self._busy.handling += 1
                    group.create_task(self._work(row, incoming, keys))
                await self._rest()

    async def _rest(self) -> None:
        """Until someone nudges, or a moment passed."""
        try:
            async with asyncio.timeout(POLL_S):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _next(self) -> list[tuple[InboxRow, Incoming, frozenset[str]]]:
        """Rows that can be started now, in order: no row overtakes an earlier one that shares a key with it."""
        under_way = set(self._busy.rows)
        free = self._most - self._busy.handling
        if free <= 0 or len(under_way) > UNDER_WAY:
            return []
        taken = set(self._busy.keys)
        ready: list[tuple[InboxRow, Incoming, frozenset[str]]] = []
        try:
            source, most = self._respondent.name, 200 + len(under_way)
            rows = await self._db.read_at_once(lambda conn: inbox.pending(conn, source, limit=most))
            for row in rows:
                if row.id in under_way or len(ready) >= free:
                    continue
                incoming = self._known.get(row.id) or await self._read(row)
                if incoming is None:
                    continue
                self._known[row.id] = incoming
                keys = order_keys(incoming)
                if not keys & taken:
                    ready.append((row, incoming, keys))
                taken |= keys
        except SQLAlchemyError as error:
            LOG.error("the inbox cannot be used: %s", error)
        return ready

    async def _read(self, row: InboxRow) -> Incoming | None:
        """The row's meaning; None where it is already finished with (ignored, moved, stale, unreadable)."""
        try:
            found = self._respondent.translate(row)
        except BROKEN as error:
            await self._give_up(row, f"unreadable: {error!r}")
            return None
        if isinstance(found, Moved):
            async with self._db.write() as conn:
                await chats.move(conn, self._respondent.name, found.old, found.new)
                await inbox.done(conn, row.id, f"moved to {found.new}")
            LOG.warning("chat %s is now %s", found.old, found.new)
            return None
        if isinstance(found, Incoming) and self._stale(found):
            found = Ignored(f"/{found.command} came {(self._clock.now_ms() - found.at_ms) // 1000} s late")
            LOG.warning("not carried out: %s", found.why)
        if isinstance(found, Ignored):
            await self._finish(row, found.why)
            self.counts.ignored += 1
            return None
        return found

    def _stale(self, incoming: Incoming) -> bool:
        """Switches are for now: one that waited through a downtime would surprise."""
        late = self._clock.now_ms() - incoming.at_ms
        return incoming.kind == "command" and incoming.command in FRESH_ONLY and late > FRESH_MS

    async def _work(self, row: InboxRow, incoming: Incoming, keys: frozenset[str]) -> None:
        try:
            try:
                answer = await self._answer(incoming)
                place = self._respondent.place(incoming)
            finally:
                self._busy.keys -= keys
                self._busy.handling -= 1
                self._wake.set()
            for message, receipt in await self._respondent.perform(answer, incoming, place):
                if self._told is not None:
                    await self._told(incoming, message, receipt)
            await self._finish(row, "")
            self.counts.done += 1
        except BROKEN as error:
            LOG.error("update %s of %s failed", row.update_id, row.source, exc_info=error)
            await self._give_up(row, repr(error))
        finally:
            self._known.pop(row.id, None)
            self._busy.rows.discard(row.id)
            self._wake.set()

    async def _answer(self, incoming: Incoming) -> Answer:
        """The conversation's answer; a press of a button is acknowledged even when there is none."""
        for attempt in range(1, TRIES + 1):
            try:
                return await self._handle(incoming)
            except BROKEN as error:
                passing = isinstance(error, SQLAlchemyError) and attempt < TRIES
                if not passing:
                    if incoming.kind == "tap":
                        await self._acknowledge(incoming)
                    raise
                await self._clock.sleep(0.2 * attempt)
        raise AssertionError("unreachable")

    async def _acknowledge(self, incoming: Incoming) -> None:
        try:
            await self._respondent.acknowledge(incoming)
        except SharpSignalError as error:
            LOG.warning("a tap was not acknowledged: %s", error)

    async def _finish(self, row: InboxRow, note: str) -> None:
        await self._db.write_at_once(lambda conn: inbox.done(conn, row.id, note))

    async def _give_up(self, row: InboxRow, why: str) -> None:
        """Note what went wrong and never come back to the row. Where even that fails it comes again, later."""
        self.counts.failed += 1
        try:
            await self._finish(row, why[:500])
        except SQLAlchemyError as error:
            LOG.error("update %s cannot be put away: %s", row.update_id, error)


def order_keys(incoming: Incoming) -> frozenset[str]:
    """What a row must not be overtaken on: this person on this signal, and for taps the tapped message.

    >>> from bot.ports import Person
    >>> tap = Incoming("1", "tap", Person("web", "7"), "web", True, 0, data="1:f:12:up", message_id="3")
    >>> sorted(order_keys(tap))
    ['message web 3', 'person 7 1:f:12']
    """
    who = f"person {incoming.person.user_id}"
    if incoming.kind == "tap":
        about = incoming.data.rpartition(":")[0]
        return frozenset({f"{who} {about}", f"message {incoming.address} {incoming.message_id}"})
    return frozenset({f"{who} {incoming.address}"})
