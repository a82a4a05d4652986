"""What the running engine reads of a pair, as the API's documents. Looking changes nothing in the engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from bot.engine_view import agreement
from engine import layers
from engine.decision.documents import decimal_text, price_text
from engine.layers.base import LIVE, REBUILT, STATE_NAMES, Reading
from engine.market import profile
from engine.market.frame import Frame
from engine.market.profile import Profile
from engine.market.regime import NAMES as REGIMES
from engine.readings import Pair, Setup
from engine.sharp_signal_engine import SharpSignalEngine

Document = dict[str, Any]
Timeframe = Literal["15m", "1h"]
PRICES = {
    *("gap_midpoint", "equilibrium", "ema20", "ema50", "ema200", "macd_histogram"),
    *("origin", "extreme", "ote_low", "ote_high", "weighted_mid"),
}
SIZES = {"cvd_open", "cvd_high", "cvd_low", "cvd_close", "delta_sigma", "open_interest"}
LAYERS = {layer.NAME: layer for layer in layers.LAYERS}


class LayerView:
    """Readings at the newest closed setup bar. `engine()` is None while it starts; `least` is c* of the sensitivity."""

    def __init__(self, engine: Callable[[], SharpSignalEngine | None], least: float) -> None:
        self._engine = engine
        self._least = least
        self._profiles: dict[tuple[str, str], tuple[int, Document]] = {}
        self._others: Mapping[str, Callable[[SharpSignalEngine, str, Timeframe], Document]] = {
            "regime": self._regime,
            "profile": self._profile,
            "confluence": self._confluence,
        }

    def read(self, pair: str, layer: str, timeframe: Timeframe) -> Document | None:
        """One reading; None before the pair's first bar of that kind. Raises KeyError for a pair nobody follows."""
        engine = self._engine()
        if engine is None:
            return None
        state = engine.pairs[pair]
        _, frame = _setup(state, timeframe)
        if frame.bars.n == 0:
            return None
        at = datetime.fromtimestamp(frame.bars.close_ts / 1000, UTC).isoformat().replace("+00:00", "Z")
        head = {"pair": pair, "timeframe": timeframe, "ts": at, "layer": layer}
        make = self._others.get(layer)
        return {**head, **(_layer(state, layer, timeframe) if make is None else make(engine, pair, timeframe))}

    def _regime(self, engine: SharpSignalEngine, pair: str, timeframe: Timeframe) -> Document:
        _, frame = _setup(engine.pairs[pair], timeframe)
        regime = frame.regime
        evidence = {
            "direction": int(regime.direction),
            "efficiency": regime.efficiency,
            "volatility_percentile": regime.percentile,
            "atr_part": regime.atr_part,
            "adx": frame.indicators.adx,
        }
        return {"regime": REGIMES[regime.name], "evidence": evidence}

    def _profile(self, engine: SharpSignalEngine, pair: str, timeframe: Timeframe) -> Document:
        """Worked out apart from the engine's own, once a bar: there it is computed only where something is judged."""
        state = engine.pairs[pair]
        _, frame = _setup(state, timeframe)
        seen, found = self._profiles.get((pair, timeframe), (0, {}))
        if seen != frame.bars.close_ts:
            fresh = Profile()
            profile.compute(fresh, frame.bars, frame.indicators.atr, state.tick, engine.params)
            found = _profile_document(fresh, engine.stream.instruments[pair].decimals)
            self._profiles[pair, timeframe] = (int(frame.bars.close_ts), found)
        return found

    def _confluence(self, engine: SharpSignalEngine, pair: str, timeframe: Timeframe) -> Document:
        setup, frame = _setup(engine.pairs[pair], timeframe)
        policy = engine.stream.policy
        weights = None if policy is None else policy.weights(timeframe, REGIMES[frame.regime.name])
        found = agreement(setup, weights, engine.params)
        evidence = {
            name: {**_voice(getattr(setup.readings, name)), "weight": found.weights[name]} for name in found.weights
        }
        return {
            "long": found.long,
            "short": found.short,
            "least": self._least,
            "coverage": found.coverage,
            "evidence": evidence,
        }


def _setup(state: Pair, timeframe: Timeframe) -> tuple[Setup, Frame]:
    return (state.fast, state.m15) if timeframe == "15m" else (state.slow, state.h1)


def _layer(state: Pair, name: str, timeframe: Timeframe) -> Document:
    reading: Reading = getattr(_setup(state, timeframe)[0].readings, name)
    voice = _voice(reading)
    facts = zip(LAYERS[name].FACTS, reading.facts) if voice["score"] is not None else ()
    return {**voice, "evidence": {fact: _fact(fact, value) for fact, value in facts if math.isfinite(value)}}


def _voice(reading: Reading) -> Document:
    """Its state, and its score where it votes."""
    votes = reading.state in (LIVE, REBUILT)
    return {"state": STATE_NAMES[reading.state], "score": float(reading.score) if votes else None}


def _fact(name: str, value: float) -> float | str:
    return decimal_text(value) if name in PRICES or name in SIZES else float(value)


def _profile_document(found: Profile, decimals: int) -> Document:
    if not found.ready:
        return {"state": "unavailable", "evidence": {}}
    names = ("poc", "vah", "val", "session_poc", "session_vah", "session_val")
    evidence: Document = {name: price_text(getattr(found, name), decimals) for name in names if getattr(found, name)}
    for name, count in (("hvn", found.hvns), ("lvn", found.lvns)):
        evidence[name] = [price_text(price, decimals) for price in list(getattr(found, name))[:count]]
    return {"state": "live", "evidence": evidence}
