"""The sender: finds what is due in the stored outbox and has each row made, and said in its turn (bot/delivery.py).

Rows are made in the transaction of the change that they tell, so nothing is forgotten; the text is made when the row is
taken to be sent, so nothing old is told. At most one row per address is in flight, and a chat's rows go in the order of
their line. Nothing is written about a row whose chat may not be talked to yet: looking is cheap, a lease is a write.
What may be said at once is taken in that same transaction (`claim`), and is said as soon as it is committed.

When one answer after the other fails, the other side is down: it is asked with a harmless call (`ping`) until it
answers, and no row spends its tries on that. When the program ends, what is in flight may land.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.claim import Claim, first_of_each, spare_of
from bot.clock import Clock
from bot.delivery import (
    SPARE,
    Addressed,
    Delivery,
    OutboxCounts,
    Place,
    Render,
    Silence,
    address,
    moved_address,
)
from bot.errors import Fatal, Retryable
from bot.pace import Pacer
from bot.ports import Channel
from storage import chats, outbox, pace
from storage.database import Database
from storage.outbox import Due, OutboxRow

__all__ = ["OutboxCounts", "OutboxSender", "Place", "Render", "Silence", "moved_address"]

LOG = logging.getLogger(__name__)
IN_FLIGHT = 32
AHEAD = 4  # rows that are made while their turn has not come
AHEAD_MS = 250
POLL_S = 1.0
BUSY_S = 5.0  # so long may what is new go before the sweep
HEADS = 2_000
FEW = 64
LAND_S = 5.0
DOWN = 3
LONGEST_REST_S = 30.0


class OutboxSender:
    """One channel's sender; `run` until cancelled, or until the channel refuses our credentials.

    `render(row, chat, conn)` makes the message in its newest state, None where there is nothing to say any more.
    `silence(conn, channel, address, reason)` ends the sending to a chat that does not take it. `place(row, conn)` is
    the address in the same chat where a new message belongs (a topic); None: the row's own. `ping` asks the other side
    something that changes nothing; it raises Retryable where nobody answers.
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
        ping: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._db = db
        self._channel = channel
        self._clock = clock
        self._pacer = pacer
        self._poll_s = poll_s
        self._ping = ping
        self._render = render
        self._delivery = Delivery(
            db, channel, clock, pacer, silence=silence, due_at=self._due_again, on_turn=self._left
        )
        self._place = place
        self._wake = asyncio.Event()
        self._flying: dict[int, str] = {}
        self._made: set[int] = set()
        self._group: asyncio.TaskGroup | None = None
        self._unsent: list[int] = []
        self._heads: list[Due] = []
        self._news = True
        self._nudged = False
        self._landed = False
        self._alarm: int | None = None
        self._look_from = 0.0
        self._sweep_from = 0.0

    @property
    def counts(self) -> OutboxCounts:
        """What happened since the start."""
        return self._delivery.counts

    @property
    def problem(self) -> str:
        """Why nothing is sent at all, "" as long as something is."""
        return self._delivery.weather.problem

    def nudge(self) -> None:
        """Look at the outbox now: rows were committed."""
        self._news = self._nudged = True
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, forever."""
        await self._begin()
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                while not self._delivery.weather.off:
                    self._wake.clear()
                    await self._look()
                    self._fly(await self._lease(self._picked()))
                    await self._rest()
                    if self._ping is not None and self._is_down():
                        await self._until_answered(self._ping)
            except asyncio.CancelledError:
                self._group = None
                await self._land()
                raise
            finally:
                self._group = None

    async def close(self) -> None:
        """After `run`: what was taken at the end and did not leave is due as if nobody had taken it."""
        left, self._unsent = self._unsent, []
        try:
            await self._give_back(left)
        except SQLAlchemyError as error:
            LOG.error("the outbox cannot be used: %s", error)

    def _fly(self, taken: Sequence[Addressed]) -> None:
        """What was taken is on its way, unless the other side is down or the program ends."""
        group, ids = self._group, [one.row.id for one in taken]
        if group is None:
            self._unsent += ids
        elif ids and self._is_down():
            group.create_task(self._give_back(ids))
        else:
            for one in taken:
                group.create_task(self._deliver(one))
                self._flying[one.row.id] = one.row.address
                self._made.add(one.row.id)

    def _is_down(self) -> bool:
        return self._ping is not None and self._delivery.weather.failures >= DOWN

    def claim(self) -> Claim | None:
        """For a transaction that is about to begin and may make rows: those that may be said at once are taken in it.

        None where nothing may be said now.
        """
        free = self._free()
        if self._group is None or self._delivery.weather.off or self._is_down():
            return None
        if free <= 0 or self._pacer.all_ready_in() > AHEAD_MS:
            return None
        busy, shut = set(self._flying.values()), {spare: self._pacer.shut(spare) for spare in (0, SPARE)}
        return Claim(self._claim, self._claimed, free, busy, shut)

    async def _claim(self, conn: AsyncConnection, claim: Claim) -> None:
        claim.now_ms = self._clock.now_ms()  # what the transaction made is due by now
        heads, claim.seconds = await self._due(claim.now_ms, conn)
        claim.ids += claim.pick(heads)
        claim.heads += [head for head in heads if head.id not in claim.ids]
        claim.rows += await self._take(claim.ids, claim.now_ms, {}, conn)

    def _claimed(self, claim: Claim) -> None:
        self._seen((claim.heads, claim.seconds))
        self._fly(self._ours(claim.rows, len(claim.ids)))
        self._wake.set()

    async def _give_back(self, ids: Sequence[int]) -> None:
        idle = [ident for ident in ids if ident not in self._flying]
        if idle:
            await self._db.write_at_once(partial(outbox.give_back, idle))

    async def _begin(self) -> None:
        """What an earlier process had in flight may have arrived; what it was told still counts."""
        name = self._channel.name
        try:
            async with self._db.write() as conn:
                flying = await outbox.in_flight(conn, name)
                self.counts.unknown += await outbox.take_back(conn, name)
                await self._pacer.restore(conn, name, self._clock.now_ms(), flying)
        except SQLAlchemyError as error:
            LOG.error("the outbox cannot be used: %s", error)

    async def _look(self) -> None:
        """Read what is due, where there may be news: for at most a tenth of a core, however much waits.

        What was just committed is taken on the same trip to the store, as far as it may be said now.
        """
        now, nudged = _monotonic(), self._nudged
        stale = self._landed and (len(self._heads) < FEW or now >= self._sweep_from)
        if not (self._news or stale) or now < self._look_from:
            return
        self._news = self._landed = self._nudged = False
        try:
            if now >= self._sweep_from + (BUSY_S if nudged else 0.0):
                self._sweep_from = now + self._poll_s
                await self._sweep()
            claim = self.claim() if nudged else None
            if claim is not None:
                await self._make_good(claim)
            else:
                self._seen(await self._db.read_at_once(partial(self._due, self._clock.now_ms())))
        except SQLAlchemyError as error:
            LOG.error("the outbox cannot be used: %s", error)

    async def _due(self, now_ms: int, conn: AsyncConnection) -> tuple[list[Due], float]:
        """The heads of the lines, and the seconds of computing that this took."""
        began = time.thread_time()
        heads = await outbox.due(conn, self._channel.name, now_ms, HEADS)
        return heads, time.thread_time() - began

    def _seen(self, found: tuple[list[Due], float]) -> None:
        self._heads, seconds = found
        self._look_from = _monotonic() + 9 * seconds

    async def _make_good(self, claim: Claim) -> None:
        """A claim in a transaction of its own."""
        try:
            await self._db.write_at_once(claim.unit)
        except asyncio.CancelledError:
            await self._give_back(claim.ids)
            raise
        claim.land()

    async def _sweep(self) -> None:
        """Once a moment: drop what is late, keep what a restart must know."""
        now, name = self._clock.now_ms(), self._channel.name
        late = await self._db.read_at_once(lambda conn: outbox.has_expired(conn, name, now))
        news = self._pacer.unkept()
        if late or news:
            async with self._db.write() as conn:
                self.counts.dropped += await outbox.drop_expired(conn, name, now) if late else 0
                await pace.keep(conn, name, news)

    def _picked(self) -> list[Due]:
        """The heads whose chat may be talked to, as many as are wanted: their turns come when they are made."""
        free = self._free()
        if free <= 0 or self._pacer.all_ready_in() > AHEAD_MS:
            return []
        ready = (head for head in self._heads if self._pacer.chat_ready_in(head.address, spare_of(head)) <= 0)
        picked = first_of_each(ready, set(self._flying.values()), free)
        taken = {head.id for head in picked}
        self._heads = [head for head in self._heads if head.id not in taken]
        return picked

    def _free(self) -> int:
        """How many rows may be made now."""
        return min(IN_FLIGHT - len(self._flying), AHEAD - len(self._made))

    async def _lease(self, heads: Sequence[Due]) -> list[Addressed]:
        if not heads:
            return []
        ids = [head.id for head in heads]
        rows: list[Addressed] = []
        try:
            rows = await self._db.write_at_once(partial(self._take, ids, self._clock.now_ms(), self._pacer.unkept()))
        except asyncio.CancelledError:
            await self._give_back(ids)
            raise
        except SQLAlchemyError as error:
            LOG.error("the outbox cannot be used: %s", error)
        return self._ours(rows, len(ids))

    def _ours(self, rows: Sequence[Addressed], wanted: int) -> list[Addressed]:
        """What was taken, less what is in our hands: a clock that runs faster than real time ends leases of that."""
        self._news = self._news or len(rows) < wanted
        return [one for one in rows if one.row.id not in self._flying]

    async def _take(
        self, ids: Sequence[int], now: int, news: Mapping[str, int], conn: AsyncConnection
    ) -> list[Addressed]:
        rows = await outbox.lease_ids(conn, ids, now)
        await pace.keep(conn, self._channel.name, news)
        return [await address(row, self._place, self._render, self._channel.can_edit, conn) for row in rows]

    async def _rest(self) -> None:
        """Until someone nudges, a turn comes, a postponed row is due, or a moment passed."""
        turn = self._next_turn()
        look = self._poll_s
        if self._news or (self._landed and len(self._heads) < FEW):
            look = max(0.0, self._look_from - _monotonic())
        elif self._alarm is not None:
            look = min(look, max(0.02, (self._alarm - self._clock.now_ms()) / 1000))
        try:
            async with asyncio.timeout(min(look, turn)):
                await self._wake.wait()
        except TimeoutError:
            if look <= turn:
                self._news, self._alarm = True, None

    def _next_turn(self) -> float:
        """Seconds until one of the heads may be made."""
        if self._free() <= 0 or not self._heads:
            return self._poll_s
        everybody = self._pacer.all_ready_in() - AHEAD_MS
        if everybody > 0:
            return everybody / 1000
        busy = set(self._flying.values())
        heads = (head for head in self._heads if head.address not in busy)
        waits = (self._pacer.chat_ready_in(head.address, spare_of(head)) for head in heads)
        return max(0.001, min(waits, default=1000 * self._poll_s) / 1000)

    def _left(self, row: OutboxRow) -> None:
        """A row's turn has come: another may be made."""
        self._made.discard(row.id)
        self._wake.set()

    def _due_again(self, at: int) -> None:
        self._alarm = at if self._alarm is None else min(self._alarm, at)

    async def _deliver(self, addressed: Addressed) -> None:
        row = addressed.row
        try:
            await self._delivery.attempt(addressed)
        except SQLAlchemyError as error:
            LOG.error("outbox row %d comes again: %s", row.id, error)
        finally:
            self._flying.pop(row.id, None)
            self._made.discard(row.id)
            self._landed = True
            self._wake.set()

    async def _until_answered(self, ping: Callable[[], Awaitable[object]]) -> None:
        """The other side is down: ask it now and again, and send nothing until it answers."""
        weather = self._delivery.weather
        LOG.warning("%s does not answer; what is to be said waits", self._channel.name)
        tries = 0
        while weather.failures >= DOWN:
            try:
                await ping()
                weather.failures = 0
                LOG.warning("%s answers again", self._channel.name)
            except Retryable as error:
                pause = min(LONGEST_REST_S, 0.5 * 2 ** min(10, tries))
                await self._clock.sleep(max(pause, error.retry_after or 0.0))
                tries += 1
            except Fatal as error:
                weather.off, weather.problem = error.reason == "unauthorized", str(error)
                weather.failures = 0
        self._sweep_from = -BUSY_S
        self.nudge()

    async def _land(self) -> None:
        """Give what is in flight a moment to end well: a message that is cut off may come twice."""
        try:
            async with asyncio.timeout(LAND_S):
                while self._flying:
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            LOG.warning("%d messages were still in flight at the end", len(self._flying))


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
