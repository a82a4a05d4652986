"""A replay of a journal: the same events in the same order through an engine that began the same, run after run.

Ticks are those of the live process bit for bit. What a run concluded after its last stored tick was lost with the kill
that ended it; the run after it says how far the store had come, so that a replay leaves out the same.
"""

from __future__ import annotations

import difflib
import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine_start import CHECKPOINT_KIND, KIND, RULES_KIND, EngineStart
from bot.errors import DataError, SettingsError
from bot.feeds.replay import time_ms
from bot.replay.figures import Covered, Summary
from bot.replay.run import Progress, ReplayRequest
from bot.replay.window import empty_window
from bot.replay.writer import ReplayWriter
from engine.decision.stream import Rules
from engine.decision.tick import Tick
from engine.market.events import (
    TIMEFRAMES,
    Adviser,
    Candle,
    Delisted,
    Event,
    FillReported,
    Opinion,
    Pause,
    PolicyTaken,
    Resume,
)
from engine.params import Params, confluence_of, engine_version
from engine.sharp_signal_engine import SharpSignalEngine
from storage.journal import Entry, read_journal
from storage.journal_events import event_of
from storage.tape import TapeError

LOG = logging.getLogger(__name__)
WARM_UP_MS = 30 * 86_400_000


def replay_journal(request: ReplayRequest, progress: Progress) -> Summary:
    """Follow the journal of `request.data` to its end, or to the first event after `end`.

    Raises SettingsError (wrong use) and DataError (a journal that cannot be used); nothing is written then.
    """
    if request.policy is not None:
        raise SettingsError("--policy: a journal brings its own policies; leave it out")
    if request.learn:
        raise SettingsError("--learn: a journal brings the policies that were learned live; leave it out")
    started = time.perf_counter()
    try:
        follower = Follower(request)
        with ReplayWriter(
            request.out,
            follower.pairs,
            zone=ZoneInfo(request.timezone),
            zone_name=request.timezone,
            decisions=request.decisions,
        ) as writer:
            for number, tick in enumerate(follower.ticks()):
                if tick.facts:
                    writer.take(tick)
                if number % 2048 == 0:
                    progress(tick.ts, 0)
            if (request.start or request.end) and not follower.bars and (span := follower.span()) is not None:
                raise empty_window(request.start, request.end, *span)
            seconds = time.perf_counter() - started
            return writer.finish(seconds, follower.bars, covered=follower.covered())
    except TapeError as error:
        raise DataError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the runs of a journal begin.

    `limits`: for each run (by the seq of its start) the last tick of it that was stored, None where all count. `first`:
    how an engine stood at the entry `begin`, for a journal whose beginning was dropped; what is before it warms up.
    """

    pairs: frozenset[str]
    limits: Mapping[int, int | None]
    begin: int = 0
    first: EngineStart | None = None


class Follower:
    """Reads a journal through the engine. `bars` counts base bars from `start` on, each once."""

    def __init__(self, request: ReplayRequest) -> None:
        self._data = request.data
        self._params = Params()
        self._start = 0 if request.start is None else time_ms(request.start, "--start")
        self._end = None if request.end is None else time_ms(request.end, "--end")
        self._rules = Rules(confluence_of(request.sensitivity, self._params), request.publish == "proven")
        self._outline = outline(request)
        self._wanted = None if request.pairs is None else _known(request.pairs, self._outline.pairs)
        self._newest: dict[str, int] = {}
        self._timeframe = ""
        self.bars = 0
        self._first: dict[str, int] = {}
        self._judged: Counter[str] = Counter()

    @property
    def pairs(self) -> list[str]:
        """Every pair of the journal in byte order, or those asked for."""
        return sorted(self._outline.pairs if self._wanted is None else self._wanted)

    def ticks(self) -> Iterator[Tick]:
        """What the engine concludes, event by event, as far as it was stored."""
        engine = None if self._outline.first is None else self._begin(self._outline.first, None)
        limit = self._outline.limits.get(self._outline.begin)
        for entry in read_journal(self._data):
            if entry.kind == KIND:
                engine = self._begin(_start(entry), engine)
                limit = self._outline.limits[entry.seq]
            elif entry.kind == RULES_KIND and engine is not None and entry.seq > self._outline.begin:
                engine.stream.rules = self._later(replace(engine.stream.rules, **_payload(entry)))
            elif (event := _event(entry)) is not None and engine is not None and self._is_wanted(event):
                if self._end is not None and event.known_at > self._end:
                    return
                tick = self._process(engine, event, entry.seq)
                if tick is not None and (limit is None or tick.seq <= limit):
                    yield tick

    def _process(self, engine: SharpSignalEngine, event: Event, seq: int) -> Tick | None:
        """The tick of an event; None where it only warms up an engine that stands further on already."""
        if seq < self._outline.begin:
            if not isinstance(event, Pause | Resume | PolicyTaken | Adviser | Opinion | FillReported | Delisted):
                engine.process(event)
            return None
        if isinstance(event, Candle) and event.timeframe == self._timeframe:
            self._count(event)
        return engine.process(event)

    def _count(self, bar: Candle) -> None:
        if bar.ts > self._newest.get(bar.pair, -1):
            self._newest[bar.pair] = bar.ts
            if bar.ts >= self._start:
                self.bars += 1
                self._first.setdefault(bar.pair, bar.ts)
                self._judged[bar.pair] += 1

    def covered(self) -> dict[str, Covered]:
        """The base bars followed so far, by pair."""
        step = TIMEFRAMES[self._timeframe]
        return {
            pair: Covered(first, self._newest[pair] + step, self._judged[pair] * step / 3_600_000)
            for pair, first in self._first.items()
        }

    def span(self) -> tuple[int, int] | None:
        """First open and last close (ms) of all that may be followed, whatever `start` and `end`; None: no base bar."""
        entries = (entry for entry in read_journal(self._data, self._outline.begin) if entry.kind == Candle.kind)
        events = map(_event, entries)
        bars = [event for event in events if isinstance(event, Candle) and self._is_wanted(event)]
        opens = [bar.ts for bar in bars if bar.timeframe == self._timeframe]
        return (min(opens), max(opens) + TIMEFRAMES[self._timeframe]) if opens else None

    def _is_wanted(self, event: Event) -> bool:
        return self._wanted is None or not event.pair or event.pair in self._wanted

    def _begin(self, start: EngineStart, before: SharpSignalEngine | None) -> SharpSignalEngine:
        if start.version != engine_version(self._params):
            LOG.warning("recorded by engine %s: this one may conclude something else", start.version)
        if before is not None and start.stored_seq is not None and before.seq < start.stored_seq:
            missing = start.stored_seq - before.seq
            LOG.warning("%d ticks of a run are not in the journal: its recording ended before it did", missing)
        self._timeframe = start.timeframe
        start = start if self._wanted is None else _narrowed(start, self._wanted)
        engine = start.engine(self._params, self._rules, before)
        engine.stream.rules = self._later(engine.stream.rules)
        return engine

    def _later(self, rules: Rules) -> Rules:
        return replace(rules, judge_from=max(rules.judge_from, self._start))


def outline(request: ReplayRequest) -> Outline:
    """Look through a journal for its runs. Raises DataError where it has no beginning to go on from."""
    pairs: set[str] = set()
    starts: list[int] = []
    limits: dict[int, int | None] = {}
    first: EngineStart | None = None
    began: Entry | None = None
    for entry in read_journal(request.data):
        began = began or entry
        if entry.kind not in (KIND, CHECKPOINT_KIND):
            continue
        start = _start(entry)
        pairs |= {one.inst_id for one in start.instruments} | _pairs_followed(start)
        if entry.kind == CHECKPOINT_KIND:
            if starts or entry.recv_ts - began.recv_ts < WARM_UP_MS:
                continue
            first = start
        elif starts:
            limits[starts[-1]] = start.stored_seq
        starts.append(entry.seq)
        limits[entry.seq] = None
    if first is not None:
        LOG.warning("the journal's beginning was dropped: followed from the first checkpoint with 30 days before it")
    if not starts:
        raise DataError(f"{request.data}: the journal's beginning is gone, and what is left is less than a warm-up")
    return Outline(frozenset(pairs), limits, 0 if first is None else starts[0], first)


def _pairs_followed(start: EngineStart) -> set[str]:
    """Pairs of which lives were followed then, those kept aside among them."""
    return set() if start.state is None else {item["plan"]["pair"] for item in start.state["stream"]["followed"]}


def _narrowed(start: EngineStart, wanted: frozenset[str]) -> EngineStart:
    """The same start without the lives of other pairs: nothing is told of them."""
    if start.state is None:
        return start
    stream = start.state["stream"]
    followed = [item for item in stream["followed"] if item["plan"]["pair"] in wanted]
    return replace(start, state={**start.state, "stream": {**stream, "followed": followed}})


def _known(asked: tuple[str, ...], known: frozenset[str]) -> frozenset[str]:
    for name in asked:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"recorded are {', '.join(sorted(known))}"
            raise SettingsError(f"--pairs: {name!r} is not in the journal; {hint}")
    return frozenset(asked)


def _start(entry: Entry) -> EngineStart:
    try:
        return EngineStart.of(_payload(entry))
    except (TypeError, KeyError) as error:
        raise DataError(f"journal.parquet: entry {entry.seq}: no start of an engine ({error})") from error


def _payload(entry: Entry) -> Any:
    try:
        return json.loads(entry.payload_json)
    except ValueError as error:
        raise DataError(f"journal.parquet: entry {entry.seq}: the payload is no JSON") from error


def _event(entry: Entry) -> Event | None:
    if entry.kind in (KIND, CHECKPOINT_KIND, RULES_KIND):
        return None
    try:
        event = event_of(entry.kind, _payload(entry))
        if event is None:
            raise ValueError(f"{entry.kind} is no kind of entry")
        return event
    except (TypeError, ValueError) as error:
        raise DataError(f"journal.parquet: entry {entry.seq}: {error}") from error
