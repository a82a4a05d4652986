"""What `sharpsignal lint-layers` found, as a table for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.lint_layers import Lint
from engine.audit.faults import Fault
from engine.audit.layout import PARTS
from engine.audit.warm_up import WARM_DAYS
from engine.decision.signal import iso
from engine.layers import NAMES

TIMEFRAMES = {5: "5m", 15: "15m", 60: "1h", 240: "4h", 1440: "1d"}
OTHERS = "decisions and memory"
Say = Callable[[str], None]


def document(found: Lint) -> dict[str, Any]:
    """The report as one JSON-able object."""
    rewritten = {
        part: sum(f.count for f in found.faults if f.part == part and f.check == "rewritten") for part in PARTS
    }
    return {
        "clean": found.clean,
        "pairs": [audit.pair for audit in found.pairs],
        "readings": sum(audit.readings for audit in found.pairs),
        "compared": sum(audit.compared for audit in found.pairs),
        "prefixes": sum(audit.prefixes for audit in found.pairs),
        "rewritten": rewritten,
        "warm_up": {name: _warm_up(found, name) for name in NAMES},
        "unsettled": {audit.pair: audit.unsettled for audit in found.pairs if audit.unsettled},
        "decisions": {"facts": found.facts, "prefixes": found.decision_prefixes, "restarts": found.restarts},
        "faults": [_fault(fault) for fault in found.faults],
    }


def _warm_up(found: Lint, layer: str) -> dict[str, Any]:
    """The most bars that any pair took, a timeframe; empty where no tape was long enough."""
    told: dict[str, Any] = {}
    for name, minutes in (("15m", 15), ("1h", 60)):
        seen = [w for audit in found.pairs for w in audit.warmth if (w.layer, w.minutes) == (layer, minutes)]
        if seen:
            first = [w.first for w in seen if w.first is not None]
            told[name] = {
                "declared": seen[0].declared,
                "first_word": min(first) if first else None,
                "votes_equal_after": max(w.votes for w in seen),
                "facts_equal_after": max(w.facts for w in seen),
            }
    return told


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "check": fault.check,
        "pair": fault.pair,
        "part": fault.part,
        "ts": iso(fault.ts),
        "minutes": fault.minutes,
        "what": fault.what,
        "before": fault.before,
        "after": fault.after,
        "count": fault.count,
    }


def tell(found: Lint, say: Say) -> None:
    """The report for people: what was read, a table of the parts, every sort of fault with its first case."""
    told = document(found)
    say(
        f"{told['readings']:,} setup bars of {len(found.pairs)} pair(s) read; {told['compared']:,} read again over "
        f"{told['prefixes']} prefixes; {found.facts:,} decisions and ends over {found.decision_prefixes} prefixes and "
        f"{found.restarts} restart(s)."
    )
    say(f"\n{'':24}{'rewritten':>10}{'other faults':>14}   warm-up bars: says / first word / votes equal / facts equal")
    for part in (*PARTS, OTHERS):
        of = [f for f in found.faults if (f.part if f.part in PARTS else OTHERS) == part]
        again = sum(f.count for f in of if "rewritten" in f.check)
        words = _warm_words(told["warm_up"].get(part, {}))
        say(f"{part:24}{again:>10,}{sum(f.count for f in of) - again:>14,}   {words}".rstrip())
    there = {"the warm-up of the layers": any(told["warm_up"].values()), "a restart": found.restarts > 0}
    if unchecked := [what for what, done in there.items() if not done]:
        say(f"\nNot checked, since no tape is long enough: {', '.join(unchecked)}.")
    names = sorted({name for audit in found.pairs for name in audit.unsettled})
    if names:
        say(f"\nStill otherwise after {WARM_DAYS} days of history, and no layer's: {', '.join(names)}.")
    for fault in found.faults:
        say(f"\n{fault.part}: {fault.check}, {fault.count:,} time(s)")
        where = f"{fault.pair} {iso(fault.ts)[:16]}Z {TIMEFRAMES.get(fault.minutes, '')}".rstrip()
        say(f"  first: {where} {fault.what}{_change(fault)}")
    say("\nClean." if found.clean else f"\n{len(found.faults)} sort(s) of fault.")


def _change(fault: Fault) -> str:
    if fault.before is None or fault.after is None:
        return ""
    return f": {fault.before:.10g} became {fault.after:.10g}"


def _warm_words(told: dict[str, Any]) -> str:
    words = []
    for name, w in told.items():
        first = "-" if w["first_word"] is None else w["first_word"]
        words.append(f"{name} {w['declared']} / {first} / {w['votes_equal_after']} / {w['facts_equal_after']}")
    return "   ".join(words)


def as_json(found: Lint) -> str:
    """The report on one line."""
    return json.dumps(document(found), ensure_ascii=False)
