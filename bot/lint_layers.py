"""`sharpsignal lint-layers`: does any layer look ahead, repaint, or need more history than it says?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.feeds.replay import ReplayFeed
from bot.replay.run import columns_of
from engine.audit import decisions, pair
from engine.audit.cuts import spread
from engine.audit.faults import Fault
from engine.audit.pair import PairAudit
from engine.audit.warm_up import AFTER_DAYS, WARM_DAYS
from engine.decision.stream import Rules
from engine.market.events import Event
from engine.params import Params, confluence_of
from engine.sharp_signal_engine import SharpSignalEngine

DAY = 86_400_000
DECIDED_DAYS = 3  # of decisions compared after a restart
Progress = Callable[[str, float], None]  # what is done, and the share of all work that is


@dataclass(frozen=True, slots=True)
class LintRequest:
    """What to check: pairs None are all, `cuts` prefixes of every tape; `cache_dir` None runs plain Python."""

    data: Path
    pairs: tuple[str, ...] | None
    cuts: int
    cache_dir: str | None
    sensitivity: str


@dataclass
class Lint:
    """What was found, over all pairs."""

    pairs: list[PairAudit] = field(default_factory=list)
    facts: int = 0  # decisions, signals and ends that the whole tapes tell
    decision_prefixes: int = 0
    restarts: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing was found."""
        return not self.faults


def lint(request: LintRequest, progress: Progress) -> Lint:
    """Run every check. Raises SettingsError (wrong use) and DataError (a recording that cannot be used)."""
    feed = ReplayFeed(request.data, request.pairs)
    tapes, found, params = feed.tapes(), Lint(), Params()
    columns = {name: columns_of(tape) for name, tape in tapes.items()}
    whole = sum(pair.work(len(c.ts), request.cuts) for c in columns.values())
    done = 0
    for name, tape in tapes.items():

        def walked(bars: int, name: str = name) -> None:
            nonlocal done
            done += bars
            progress(name, 0.7 * done / whole)

        tick = tape.instrument.tick
        found.pairs.append(pair.audit(name, columns[name], tick, params, request.cache_dir, request.cuts, walked))
        found.faults += found.pairs[-1].faults
    _decided(_Decisions(request, feed), feed, request.cuts, found, progress)
    return found


class _Decisions:
    """What is decided over all pairs of a request, again and again."""

    def __init__(self, request: LintRequest, feed: ReplayFeed) -> None:
        self._request, self._tapes = request, feed.tapes()
        self._params = Params()
        self._rules = Rules(confluence_of(request.sensitivity, self._params))

    def engine_of(self, *names: str) -> SharpSignalEngine:
        """A fresh engine for these pairs."""
        instruments = {name: self._tapes[name].instrument for name in names}
        bases = {name: self._tapes[name].candles.timeframe for name in names}
        return SharpSignalEngine(instruments, bases, self._params, self._rules)

    def replay(self, end: int | None) -> Iterator[tuple[int, str]]:
        """The facts of all pairs up to `end` (ms; None: all), by the way that `sharpsignal replay` goes."""
        tapes, where = self._tapes, self._request.cache_dir
        engine = self.engine_of(*tapes)
        if where is None or any(tape.trades is not None for tape in tapes.values()):
            return decisions.told(map(engine.process, self._events(tuple(tapes), end)))
        cut = [tape if end is None else tape.until(end) for tape in tapes.values()]
        columns = {tape.pair: columns_of(tape) for tape in cut if len(tape.candles.ts)}
        return decisions.told(engine.replay_columns(columns, where))

    def restart(self, name: str) -> list[Fault] | None:
        """A restart of one pair in the middle of its tape, warmed up as the live process is; None: it is too short."""
        ts = self._tapes[name].candles.ts
        middle = int(ts[len(ts) // 2]) // DAY * DAY
        since, until = middle - (WARM_DAYS + AFTER_DAYS) * DAY, middle + DECIDED_DAYS * DAY
        if since < int(ts[0]) or until > int(ts[-1]):
            return None
        events = [event for event in self._events((name,), until) if event.known_at > since]
        return decisions.restarted(partial(self.engine_of, name), events, middle, middle - WARM_DAYS * DAY, name)[1]

    def _events(self, names: tuple[str, ...], end: int | None) -> Iterator[Event]:
        return ReplayFeed(self._request.data, names, None, end).iterate()


def _decided(decided: _Decisions, feed: ReplayFeed, cuts: int, found: Lint, progress: Progress) -> None:
    """Prefixes of what is decided over all pairs, and for each pair a restart."""
    whole = decisions.links(decided.replay(None))
    found.facts = len(whole)
    candles = [tape.candles for tape in feed.tapes().values()]
    first, last = min(int(c.ts[0]) for c in candles), max(int(c.ts[-1]) for c in candles)
    for number, ms in enumerate(spread(last - first, cuts), 1):
        found.faults += decisions.rewritten(decided.replay, whole, first + ms)
        found.decision_prefixes += 1
        progress("decisions", 0.7 + 0.2 * number / cuts)
    for number, name in enumerate(feed.pairs, 1):
        faults = decided.restart(name)
        if faults is not None:
            found.restarts += 1
            found.faults += faults
        progress("restarts", 0.9 + 0.1 * number / len(feed.pairs))
