"""Event -> engine -> tick -> one transaction: decisions, signals, outcomes, what is to be said, and the snapshot.

Events come one at a time, whoever makes them (the feed, an owner's command, the scheduler). What bars lead to waits for
the end of their instant, which follows them, and is stored with it in one transaction. A tick that could not be stored
stops the program: what the engine concluded is told to nobody before it is stored. Starting again is the recovery.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

import pydantic_core
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announce import Announcer
from bot.claim import Claim
from bot.errors import SharpSignalError
from bot.messages.load import forget_views, keep_view
from bot.metrics import Metrics
from bot.paper_arm import paper_draws, paper_ways
from bot.recorder import Recorder
from engine.decision.documents import outcome_document, signal_document
from engine.decision.signal import iso
from engine.decision.tick import (
    Asked,
    Closed,
    Decided,
    Fact,
    PolicySet,
    Progress,
    Published,
    Rejected,
    ShadowClosed,
    Tick,
    WayClosed,
)
from engine.market.events import Candle, Event, PolicyTaken, Settle, Trades
from engine.sharp_signal_engine import SharpSignalEngine
from storage import bases, closes, decisions, engine_state, feedback, outcomes, policies, signals, ways
from storage.database import Database

LOG = logging.getLogger(__name__)
BREATH = 32
LEAVING = 4  # turns of the loop: the sender's task begins, its client makes the request, and a task of that writes it
QUARTER = 900_000


class StoreLost(SharpSignalError):
    """What the engine concluded could not be stored: the program must stop, starting again is the recovery."""


@dataclass(frozen=True, slots=True)
class Desk:
    """How documents are written: the zone of their times, and whether the market is simulated."""

    zone: tzinfo
    zone_name: str
    simulated: bool


class Pipeline:
    """The only caller of the engine. `after` is told when something was stored that people may want to hear of.

    `claims` are the senders' (by channel), that take in a transaction what it makes and may be said at once; `after`
    gets them back.
    History of a warm-up makes few facts: an event without any costs the engine's own time and a few microseconds.
    `listeners` hear every event, and `askers` every setup that wants a second opinion, once what it caused is stored;
    they must be quick. The `recorder` has every event before the engine has it, and the system has it from there before
    what it caused is stored. Once `now_ms` is set (the market's time), how long a signal took is measured.
    """

    def __init__(
        self,
        engine: SharpSignalEngine,
        db: Database,
        announcer: Announcer,
        metrics: Metrics,
        desk: Desk,
        after: Callable[[Mapping[str, Claim]], None],
        exchange: str = "okx",
        recorder: Recorder | None = None,
        claims: Callable[[], Mapping[str, Claim]] = dict,
    ) -> None:
        self.now_ms: Callable[[], int] | None = None
        self._engine = engine
        self._db = db
        self._announcer = announcer
        self._metrics = metrics
        self._desk = desk
        self._after = after
        self._claims = claims
        self._exchange = exchange
        self._recorder = recorder
        self._lock = asyncio.Lock()
        self._events = 0
        self._walked = False
        self._judged = engine.resumed_at  # when a setup was judged last (ms)
        self._broken = ""
        self._taken: dict[str, Counter] = {}
        self._held: list[tuple[Event, Fact]] = []
        self._untold: list[tuple[Event, Tick]] = []
        self._whole = False  # the newest unit of work did all of its statements
        self.listeners: list[Callable[[Event], None]] = []
        self.askers: list[Callable[[Asked], None]] = []

    async def take(self, event: Event) -> Tick:
        """One event from anybody; returns when what it caused is stored, which for a bar is done as its instant ends.

        What comes between a bar and that end finds it stored.
        """
        async with self._lock:
            if self._broken:
                raise StoreLost(self._broken)
            if self._held and not isinstance(event, Candle | Settle):
                await self._store(self._held[-1][0])
            if self._recorder is not None:
                self._recorder.note(event)
            tick = self._engine.process(event)
            self._counter(event.kind).inc()
            self._untold.append((event, tick))
            if tick.facts:
                self._held += [(event, fact) for fact in tick.facts if not self._counted(fact)]
            if isinstance(event, Candle | Trades):
                self._walked = True
            if self._worth_keeping(event) or (self._held and not isinstance(event, Candle)):
                await self._store(event)
        if not self._held:
            self._tell()
        self._events += 1
        if self._events % BREATH == 0:
            await asyncio.sleep(0)
        return tick

    def _tell(self) -> None:
        """Those who listen hear of what is stored."""
        untold, self._untold = self._untold, []
        for event, tick in untold:
            for listener in self.listeners:
                listener(event)
            for asked in (fact for fact in tick.facts if isinstance(fact, Asked)):
                for asker in self.askers:
                    asker(asked)

    def _counter(self, kind: str) -> Counter:
        """The count of one kind of event (finding it by its labels costs more than counting)."""
        counter = self._taken.get(kind)
        if counter is None:
            counter = self._taken[kind] = self._metrics.events.labels(exchange=self._exchange, kind=kind)
        return counter

    def _worth_keeping(self, event: Event) -> bool:
        """A settled instant that moved lives on, or whose prices are asked for; history only warms up."""
        if not isinstance(event, Settle) or event.ts <= self._engine.resumed_at:
            return False
        return (self._walked and self._engine.stream.books.busy()) or self._asked_for(event.ts)

    def _asked_for(self, ts: int) -> bool:
        """Whether prices at an instant may show how far a setup of the hour before went."""
        return ts % QUARTER == 0 and ts - self._judged <= closes.HOUR

    def _prices(self, ts: int) -> dict[str, float]:
        """The price of each pair that closed a bar at an instant."""
        pulses = {pair: self._engine.stream.pulse(pair) for pair in self._engine.pairs}
        return {pair: pulse.price for pair, pulse in pulses.items() if pulse is not None and pulse.ts == ts}

    async def _store(self, event: Event) -> None:
        """What is held, and the snapshot after `event`."""
        if self._recorder is not None:
            self._recorder.flush()
        held, claims, self._whole = self._held, self._claims(), False
        try:
            with self._metrics.event_seconds.labels(kind=event.kind).time():
                told = await self._db.write_at_once(partial(self._keep, event, held, claims))
        except asyncio.CancelledError as error:
            if error.__cause__ is not None:
                self._broken = f"the store cannot be written, stopping: {error.__cause__}"
            elif self._whole:  # it was committed all the same; else nothing was begun, and it is held on
                self._held = []
                self._after(claims)
            raise
        except Exception as error:
            self._broken = f"the store cannot be written, stopping: {error}"
            raise StoreLost(self._broken) from error
        self._held, self._walked = [], False
        if told:
            self._after(claims)
            for _ in range(LEAVING):
                await asyncio.sleep(0)
        self._count(held)

    async def _keep(
        self, event: Event, held: Sequence[tuple[Event, Fact]], claims: Mapping[str, Claim], conn: AsyncConnection
    ) -> bool:
        """All facts that are held and the snapshot that goes with them; True where people will hear of any."""
        verdicts = [fact for _, fact in held if isinstance(fact, Decided)]
        policy = self._engine.stream.policy
        drawn = None if policy is None else paper_draws(verdicts, policy.document)
        await decisions.add_many(conn, verdicts, policy_version=self._policy_version(), drawn=drawn)
        await ways.begin(conn, verdicts, paper_ways(verdicts, policy))
        if verdicts:
            self._judged = event.known_at
        if isinstance(event, Settle) and self._asked_for(event.ts):
            await closes.keep(conn, event.ts, self._prices(event.ts))
        told = False
        for cause, fact in held:
            told = await self._write(conn, cause, fact) or told
        for claim in claims.values() if told else ():
            await claim.unit(conn)
        snapshot = pydantic_core.to_json(self._engine.snapshot()).decode()
        await engine_state.save(conn, snapshot, self._engine.now)
        self._whole = True
        return told

    async def _write(self, conn: AsyncConnection, event: Event, fact: Fact) -> bool:
        """One fact into its table; True where people will hear of it."""
        desk = self._desk
        match fact:
            case Published():
                at, document = fact.signal.plan.ts, signal_document(fact.signal, desk.zone, desk.zone_name)
                chained = await signals.add(conn, document, ts_ms=at, simulated=desk.simulated)
                basis = None if fact.basis is None else fact.basis.document()
                if basis is not None:
                    await bases.add(conn, fact.signal.signal_id, basis)
                if chained is not None:
                    await keep_view(conn, chained, basis, at, desk.simulated)
                await self._announcer.published(conn, fact.signal)
            case Progress():
                forget_views(conn)
                await signals.add_progress(conn, fact.signal_id, fact.state, fact.ts, fact.price, fact.r, fact.reason)
                await self._announcer.moved(conn, fact.number, fact.state, fact.ts)
            case Closed():
                forget_views(conn)
                outcome = fact.outcome
                counts = await feedback.counts(conn, outcome.number)
                document = outcome_document(outcome, fact.decimals, desk.zone, counts)
                await outcomes.add(conn, document, closed_ms=outcome.closed_at)
                await decisions.label(conn, fact.decision_id, outcome, published=True)
                await self._announcer.moved(conn, outcome.number, "closed", outcome.closed_at)
            case ShadowClosed():
                await decisions.label(conn, fact.decision_id, fact.outcome)
                return False
            case WayClosed():
                await ways.keep(conn, fact)
                return False
            case PolicySet():
                if fact.reason is None and isinstance(event, PolicyTaken):
                    before = await policies.current(conn)
                    await policies.add(conn, event.document, fact.ts)
                    await policies.set_current(conn, fact.version, fact.ts)
                    if before is not None and before.document.get("procedure") == event.document["procedure"]:
                        return False  # the same procedure, refitted: no news for anyone
                await self._announcer.noticed(conn, fact)
            case Decided() | Rejected() | Asked():
                return False
            case _:
                await self._announcer.noticed(conn, fact)
        return True

    def _policy_version(self) -> str:
        policy = self._engine.stream.policy
        return "none" if policy is None else policy.version

    def _counted(self, fact: Fact) -> bool:
        """Refused market data is counted and logged, never stored."""
        if not isinstance(fact, Rejected):
            return False
        self._metrics.refused(fact.pair, fact.kind, fact.reason, fact.count, self._exchange)
        LOG.debug("refused %s of %s: %s", fact.kind, fact.pair, fact.reason)
        return True

    def _count(self, held: Sequence[tuple[Event, Fact]]) -> None:
        for event, fact in held:
            if isinstance(fact, Decided):
                self._metrics.decisions.labels(pair=fact.pair, regime=fact.regime, verdict=fact.verdict).inc()
            elif isinstance(fact, Published):
                signal = fact.signal
                self._metrics.signals.labels(pair=signal.plan.pair, regime=signal.regime).inc()
                if self.now_ms is not None:
                    self._metrics.triggered(max(0, self.now_ms() - event.known_at) / 1000)
                LOG.info("signal #%d %s %s", signal.number, signal.plan.pair, iso(signal.plan.ts))
            elif isinstance(fact, Closed):
                result = fact.outcome.followable.result
                self._metrics.outcomes.labels(pair=fact.plan.pair, regime="", result=result).inc()
                LOG.info("signal #%d closed: %s", fact.outcome.number, result)
