"""What an open signal stands at: R at the newest price, what is banked, and how long it may go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.messages.over import ProgressLike
from engine.decision.signal import EXPIRY_MINUTES, LIMIT_MINUTES
from engine.decision.tick import OVER

MINUTE_MS = 60_000


def unrealised_r(document: Mapping[str, Any], progress: Sequence[ProgressLike], price: str) -> Decimal | None:
    """R of the followable track at a price, before the costs of getting out; None before the fill.

    After TP1 half is banked at its R, and the other half stands at the price.
    """
    steps = {row.state: row for row in progress}
    if "filled" not in steps or any(state in steps for state in OVER):
        return None
    fill = Decimal(str(steps["filled"].price))
    risk = abs(fill - Decimal(document["orders"]["sl"]))
    if risk == 0:
        return None
    sign = 1 if document["side"] == "long" else -1
    now = sign * (Decimal(price) - fill) / risk
    first = steps.get("tp1")
    if first is not None:
        now = Decimal(str(first.r or 0.0)) + now / 2
    return now.quantize(Decimal("0.01"))


def ends_at(document: Mapping[str, Any], progress: Sequence[ProgressLike], ts: int) -> int:
    """When the entry expires, or, once filled, the position reaches its time limit (ms)."""
    expiry = int(document["risk"]["expiry_minutes"])
    filled = next((row.ts for row in progress if row.state == "filled"), None)
    if filled is None:
        return ts + expiry * MINUTE_MS
    scalp = expiry == EXPIRY_MINUTES["scalp"]
    return filled + LIMIT_MINUTES["scalp" if scalp else document["timeframe"]] * MINUTE_MS
