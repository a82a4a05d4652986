"""Alarms: a figure beyond its bound for long enough is told to those who run the bot, and its end once.

A figure that comes and goes is told at most after 5, 15 and 60 minutes, as with data that is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.feed_watch import BACK_OFF_MS, CALM_MS
from bot.house import House
from bot.metrics import Metrics
from bot.ops_notes import tell_ops
from bot.slo import BY_NAME, SLOS, WinBin, bins_of, candle_age, figures, inversion
from storage import outbox
from storage.database import Database
from storage.standing import group_totals

LOOK_S = 10.0
QUIET_MS = 120_000  # within its bound for so long it is over


@dataclass(frozen=True, slots=True)
class Note:
    """An alarm (`on`) or its end: the figure as it is, its bound, since when (ms), for how long once it is over."""

    on: bool
    slo: str
    value: float
    bound: float
    since: int
    seconds: int | None = None


@dataclass(slots=True)
class _Figure:
    since: int | None = None  # beyond its bound
    good_since: int | None = None
    told_since: int | None = None
    level: int = 0
    next_at: int = 0


class AlarmWatch:
    """What is beyond its bound, and what of that is worth a notice."""

    def __init__(self) -> None:
        self._figures = {slo.name: _Figure() for slo in SLOS}

    def on(self, name: str) -> bool:
        """Whether an alarm is on."""
        return self._figures[name].told_since is not None

    def look(self, found: Mapping[str, float], now: int) -> list[Note]:
        """The figures at `now` (ms); one that cannot be told is within its bound."""
        notes = []
        for name, state in self._figures.items():
            slo, value = BY_NAME[name], found.get(name, 0.0)
            note = self._bad(state, name, value, now) if value > slo.bound else self._good(state, name, value, now)
            if note is not None:
                notes.append(note)
        return notes

    def _bad(self, state: _Figure, name: str, value: float, now: int) -> Note | None:
        slo = BY_NAME[name]
        state.good_since = None
        if state.since is None:
            state.since = now
        if state.told_since is not None or now - state.since < slo.minutes * 60_000 or now < state.next_at:
            return None
        state.told_since = state.since
        state.level = min(state.level + 1, len(BACK_OFF_MS) - 1)
        state.next_at = now + BACK_OFF_MS[state.level]
        return Note(True, name, value, slo.bound, state.since)

    def _good(self, state: _Figure, name: str, value: float, now: int) -> Note | None:
        if state.good_since is None:
            state.good_since = now
        calm = now - state.good_since
        if calm >= CALM_MS:
            state.level, state.next_at = 0, 0
        if calm < QUIET_MS:
            return None
        state.since = None
        if state.told_since is None:
            return None
        since, state.told_since = state.told_since, None
        return Note(False, name, value, BY_NAME[name].bound, since, (state.good_since - since) // 1000)


async def watch_figures(house: House) -> None:
    """Look at the figures, from when the engine takes events. Until cancelled. Made-up time alarms nobody."""
    simulated = house.market.simulated
    watch, clock = AlarmWatch(), house.market.clock
    while not house.started():
        await asyncio.sleep(LOOK_S / 50)
    while True:
        now = clock.now_ms()
        found, _ = await measured(house.db, house.metrics, now)
        for note in watch.look(found, now):
            if BY_NAME[note.slo].told and not simulated:
                await _tell(house, note, now)
        for slo in SLOS:
            house.metrics.alarm(slo.name, watch.on(slo.name))
        await (asyncio.sleep(LOOK_S) if simulated else clock.sleep(LOOK_S))


async def measured(db: Database, metrics: Metrics, now: int) -> tuple[dict[str, float], list[WinBin]]:
    """Every figure at `now` (ms), and the bins of told chances; the gauges of win rates are brought up to date."""
    async with db.read() as conn:
        found = await group_totals(conn)
        waiting = await outbox.stats(conn, now)
    bins = bins_of(found)
    for one in bins:
        metrics.win_rate.labels(bin=one.name, regime="all").set(one.won)
    for (dimension, name), total in found.items():
        if dimension == "regime" and total.filled:
            metrics.win_rate.labels(bin="all", regime=name).set(total.win / total.filled)
    metrics.inversion.labels(regime="all").set(inversion(bins))
    return figures(metrics, bins, (waiting["oldest_age_ms"] or 0) / 1000, candle_age(metrics)), bins


async def _tell(house: House, note: Note, now: int) -> None:
    kind = "alarm" if note.on else "alarm_over"
    payload = {
        "slo": note.slo,
        "value": note.value,
        "bound": note.bound,
        "since": note.since,
        "seconds": note.seconds,
    }
    await tell_ops(house, kind, f"{kind}:{note.slo}:{now}", payload, now + CALM_MS)
