"""The 5m sniper triggers of a side, read from stage 1's bits."""

from __future__ import annotations

from engine.market.sniper import TRIGGER_BITS

NONE_ASKED = -1  # a 15m base has no 5m bars: no trigger is asked


def met(bits: int, side: int) -> bool:
    """Structure, EMA50 reclaim and, where delta is known, delta: all seen in the newest six 5m bars.

    >>> met(1 | 4 | 16 | 64 | 128, 1), met(1 | 4 | 64 | 128, 1), met(1 | 4 | 128, 1), met(-1, 1)
    (True, False, True, True)
    """
    if bits == NONE_ASKED:
        return True
    end = "long" if side > 0 else "short"
    if not bits & TRIGGER_BITS["ready"]:
        return False
    if not (bits & TRIGGER_BITS[f"structure_{end}"] and bits & TRIGGER_BITS[f"reclaim_{end}"]):
        return False
    return bool(bits & TRIGGER_BITS[f"delta_{end}"]) or not bits & TRIGGER_BITS["delta_known"]


def text(bits: int, side: int) -> str | None:
    """The triggers in the field's words; a part without its input is left out and named. None where none is asked.

    >>> text(1 | 4 | 16 | 64 | 128, 1), text(2 | 8 | 128, -1)
    ('CHOCH/HL + reclaim EMA50 + delta+', 'CHOCH/LH + reclaim EMA50 (no delta data)')
    """
    if bits == NONE_ASKED:
        return None
    words = "CHOCH/HL + reclaim EMA50" if side > 0 else "CHOCH/LH + reclaim EMA50"
    if not bits & TRIGGER_BITS["delta_known"]:
        return words + " (no delta data)"
    return words + (" + delta+" if side > 0 else " + delta-")
