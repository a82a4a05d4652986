"""The 5m sniper triggers of a side, read from stage 1's bits."""

from __future__ import annotations

from functools import cache

from engine.market.sniper import TRIGGER_BITS

NONE_ASKED = -1  # a 15m base has no 5m bars: no trigger is asked
FULL = "full"
OTHERS = ("now", "choch", "reclaim")
"""Ways of entering besides the full trigger: at the setup's close, with the structure alone, the reclaim alone."""
_ALONE = {"choch": "structure", "reclaim": "reclaim"}


def met(bits: int, side: int) -> bool:
    """Structure, EMA50 reclaim and, where delta is known, delta: all seen in the newest six 5m bars.

    >>> met(1 | 4 | 16 | 64 | 128, 1), met(1 | 4 | 64 | 128, 1), met(1 | 4 | 128, 1), met(-1, 1)
    (True, False, True, True)
    """
    return not missing(bits, side)


@cache
def missing(bits: int, side: int) -> tuple[str, ...] | None:
    """The parts that are not seen yet: `ready` (too few 5m bars), `structure`, `reclaim`, `delta`; None: none is asked.

    >>> missing(4 | 64 | 128, 1), missing(1 | 4 | 128, 1), missing(-1, 1), missing(0, -1)
    (('structure', 'delta'), (), None, ('ready',))
    """
    if bits == NONE_ASKED:
        return None
    if not bits & TRIGGER_BITS["ready"]:
        return ("ready",)
    end = "long" if side > 0 else "short"
    asked = ("structure", "reclaim", "delta") if bits & TRIGGER_BITS["delta_known"] else ("structure", "reclaim")
    return tuple(part for part in asked if not bits & TRIGGER_BITS[f"{part}_{end}"])


def comes(bits: int, side: int, way: str) -> bool:
    """Whether a way of entering is there at a 5m close; nothing but `now` is where too few 5m bars are known.

    >>> [way for way in (FULL, *OTHERS) if comes(1 | 128, 1, way)], comes(1, 1, "choch"), comes(1, 1, "now")
    (['now', 'choch'], False, True)
    """
    lacking = missing(bits, side)
    if not lacking or way == "now":
        return True
    return way != FULL and lacking != ("ready",) and _ALONE[way] not in lacking


def text(bits: int, side: int, way: str = FULL) -> str | None:
    """The triggers in the field's words; a part without its input is left out and named. None where none is asked.

    Of a way that came before the others only its own is named.

    >>> text(1 | 4 | 16 | 64 | 128, 1), text(2 | 8 | 128, -1)
    ('CHOCH/HL + reclaim EMA50 + delta+', 'CHOCH/LH + reclaim EMA50 (no delta data)')
    >>> text(2 | 128, -1, "choch"), text(4 | 128, 1, "reclaim"), text(128, 1, "now")
    ('CHOCH/LH', 'reclaim EMA50', None)
    """
    if bits == NONE_ASKED or (way == "now" and not met(bits, side)):
        return None
    if way != FULL and not met(bits, side):
        return "reclaim EMA50" if way == "reclaim" else "CHOCH/HL" if side > 0 else "CHOCH/LH"
    words = "CHOCH/HL + reclaim EMA50" if side > 0 else "CHOCH/LH + reclaim EMA50"
    if not bits & TRIGGER_BITS["delta_known"]:
        return words + " (no delta data)"
    return words + (" + delta+" if side > 0 else " + delta-")
