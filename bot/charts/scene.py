"""What a signal's chart shows, read from its stored documents: levels, areas and moments, not yet pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.charts.bars import ms_of
from bot.charts.outcome import Extreme, extremes
from engine.decision.tick import EXITED
from engine.market.events import Candle

_SHORT = {
    "order_block": "OB",
    "breaker_block": "BB",
    "fair_value_gap": "FVG",
    "swing_high": "PIVOT",
    "swing_low": "PIVOT",
    "equal_highs": "EQH",
    "equal_lows": "EQL",
    "extension": "EXT",
    "swept_level": "SWEEP",
}


KINDS = {"filled": "fill", "tp1": "tp1"}  # what is drawn of a signal's progress


class Step(Protocol):
    """A row of a signal's progress: filled, tp1, exited, or why there was no fill."""

    @property
    def state(self) -> str: ...
    @property
    def ts(self) -> int: ...
    @property
    def price(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Level:
    """A price with its name; `text` is the document's own decimal string. `kind`: entry, sl, tp or invalidation."""

    name: str
    price: float
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Area:
    """An anchor: a price area from the moment it was known."""

    name: str
    low: float
    high: float
    since: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at a price. `kind`: fill, tp1, exit; `good` colours an exit."""

    kind: str
    ts: int
    price: float
    good: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """All a drawing needs."""

    pair: str
    long: bool
    timeframe: str
    number: int
    ts: int
    zone: tuple[float, float]
    levels: tuple[Level, ...]
    invalidation: Level
    areas: tuple[Area, ...]
    moments: tuple[Moment, ...]
    extremes: tuple[Extreme, ...]
    ends: int | None
    result: str | None
    reason: str
    followable_r: float | None


def scene(
    document: Mapping[str, Any], progress: Sequence[Step], outcome: Mapping[str, Any] | None, bars: Sequence[Candle]
) -> Scene:
    """Read a signal document, its progress and its outcome (followable track)."""
    orders = document["orders"]
    low, high = orders["entry"]
    levels = [Level("SL", float(orders["sl"]), orders["sl"], "sl")]
    targets = list(dict.fromkeys(orders["tp"]))
    levels += [Level(f"TP{i}" if targets[1:] else "TP", float(t), t, "tp") for i, t in enumerate(targets, 1)]
    levels += [Level("", float(text), text, "entry") for text in dict.fromkeys((low, high))]
    moments = [Moment(KINDS[step.state], step.ts, step.price) for step in progress if step.state in KINDS]
    exit_moment = None if outcome is None else _exit(document, outcome, bars)
    if outcome is not None and not any(moment.kind == "fill" for moment in moments):
        moments += _fill(outcome)
    if exit_moment is not None:
        moments.append(exit_moment)
    elif outcome is None:
        banked = any(step.state == "tp1" for step in progress)
        moments += [Moment("exit", step.ts, step.price, good=banked) for step in progress if step.state == EXITED]
    return Scene(
        pair=document["pair"],
        long=document["side"] == "long",
        timeframe=document["timeframe"],
        number=document["number"],
        ts=ms_of(document["ts"]),
        zone=(float(low), float(high)),
        levels=tuple(levels),
        invalidation=_invalidation(document["invalidation"]),
        areas=_areas(document["anchors"]),
        moments=tuple(moments),
        extremes=extremes(document, outcome, bars),
        ends=None if outcome is None else ms_of(outcome["followable"]["closed_at"]),
        result=None if outcome is None else outcome["followable"]["result"],
        reason="" if outcome is None else outcome["followable"]["exit_reason"],
        followable_r=None if outcome is None else outcome["followable_r"],
    )


def _invalidation(said: Mapping[str, Any]) -> Level:
    way = "<" if said["close"] == "below" else ">"
    return Level(f"{said['timeframe']} close {way}", float(said["price"]), said["price"], "invalidation")


def _fill(outcome: Mapping[str, Any]) -> list[Moment]:
    track = outcome["followable"]
    if track["fill_price"] is None:
        return []
    return [Moment("fill", ms_of(track["filled_at"]), float(track["fill_price"]))]


def _exit(document: Mapping[str, Any], outcome: Mapping[str, Any], bars: Sequence[Candle]) -> Moment | None:
    """Where a filled signal left: a level's price by its reason, else the close of the bar at that time."""
    track = outcome["followable"]
    if track["fill_price"] is None:
        return None
    at = ms_of(track["closed_at"])
    orders = document["orders"]
    known = {"tp1": orders["tp"][0], "tp2": orders["tp"][1], "sl": orders["sl"], "breakeven": track["fill_price"]}
    text = known.get(track["exit_reason"])
    if text is not None:
        price = float(text)
    else:
        before = [bar.close for bar in bars if bar.ts < at]
        if not before:
            return None
        price = before[-1]
    return Moment("exit", at, price, good=track["result"] == "win")


def _areas(anchors: Sequence[Mapping[str, Any]]) -> tuple[Area, ...]:
    """Each area once, however many orders hang on it."""
    areas: dict[tuple[str, str, str, str], Area] = {}
    for anchor in anchors:
        key = (anchor["kind"], anchor["timeframe"], anchor["low"], anchor["high"])
        short = _SHORT.get(anchor["kind"], anchor["kind"].replace("_", " ").upper()[:12])
        areas[key] = Area(
            f"{short} {anchor['timeframe']}", float(anchor["low"]), float(anchor["high"]), ms_of(anchor["known_at"])
        )
    return tuple(areas.values())
