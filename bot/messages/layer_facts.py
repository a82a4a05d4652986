"""What a layer saw, in words: its typed facts of a verdict, said as traders say them (in market direction)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.messages.reader import Reader

Facts = Mapping[str, float]
Said = tuple[str, str]  # which phrase, and its value
QUADRANTS = ("", "long_build_up", "short_build_up", "short_covering", "long_unwinding")
BREAKS = {2.0: "choch_up", 1.0: "bos_up", -1.0: "bos_down", -2.0: "choch_down"}


def facts_text(layer: str, facts: Facts, reader: Reader) -> str:
    """The phrases of one layer, joined; empty where it saw nothing worth a word."""
    said = _SAID[layer](facts, reader) if layer in _SAID else []
    return ", ".join(reader.plain("fact", what=what, value=value) for what, value in said if what)


def _way(facts: Facts, name: str, up: str, down: str) -> str:
    value = facts.get(name, 0.0)
    return up if value > 0 else down if value < 0 else ""


def _ago(facts: Facts, name: str, reader: Reader) -> str:
    return reader.plain("bars-ago", bars=int(facts.get(name, 0.0)))


def _smc(facts: Facts, reader: Reader) -> list[Said]:
    return [
        (_way(facts, "order_block", "block_up", "block_down"), ""),
        (_way(facts, "fair_value_gap", "gap_up", "gap_down"), ""),
        (_way(facts, "sweep", "swept_lows", "swept_highs"), _ago(facts, "bars_since_sweep", reader)),
        ("place", reader.percent(facts.get("place_in_range", 0.0))),
    ]


def _structure(facts: Facts, reader: Reader) -> list[Said]:
    return [(BREAKS.get(facts.get("last_break", 0.0), ""), _ago(facts, "bars_since_break", reader))]


def _indicators(facts: Facts, reader: Reader) -> list[Said]:
    return [("rsi", reader.number(facts["rsi"], 0))] if "rsi" in facts else []


def _cvd(facts: Facts, reader: Reader) -> list[Said]:
    return [
        ("slope" if "slope" in facts else "", reader.signed(facts.get("slope", 0.0), 1)),
        (_way(facts, "divergence", "divergence_up", "divergence_down"), _ago(facts, "bars_since_divergence", reader)),
    ]


def _oi(facts: Facts, reader: Reader) -> list[Said]:
    return [(QUADRANTS[int(facts.get("quadrant", 0.0))], "")]


def _funding(facts: Facts, reader: Reader) -> list[Said]:
    return [
        ("rate" if "rate_8h" in facts else "", reader.percent(facts.get("rate_8h", 0.0), 4)),
        ("crowded" if facts.get("crowded") else "", reader.signed(facts.get("robust_z", 0.0), 1)),
    ]


def _orderflow(facts: Facts, reader: Reader) -> list[Said]:
    return [
        (_way(facts, "absorption", "sellers_absorbed", "buyers_absorbed"), ""),
        (_way(facts, "exhaustion", "sellers_exhausted", "buyers_exhausted"), ""),
        ("imbalance" if "imbalance" in facts else "", reader.signed(facts.get("imbalance", 0.0))),
    ]


def _fibo(facts: Facts, reader: Reader) -> list[Said]:
    return [("retraced", reader.number(facts.get("retracement", 0.0), 2))] if facts.get("direction") else []


_SAID: Mapping[str, Callable[[Facts, Reader], list[Said]]] = {
    "smc": _smc,
    "structure": _structure,
    "rsi_ema_macd": _indicators,
    "cvd": _cvd,
    "oi": _oi,
    "funding": _funding,
    "orderflow": _orderflow,
    "fibo": _fibo,
}
