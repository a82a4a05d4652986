"""A window of time that selects nothing of the data: what to say of it."""

from __future__ import annotations

from datetime import UTC

from bot.errors import SettingsError
from engine.decision.signal import iso


def empty_window(start: str | None, end: str | None, first: int, last: int) -> SettingsError:
    """No base bar lies from `start` to `end` as they were asked; the data opens at `first` and closes at `last` (ms).

    >>> print(str(empty_window("2025-01-01", None, 0, 300_000))[:50])
    --start 2025-01-01: no bar lies in it; the data re
    """
    asked = {name: value for name, value in (("--start", start), ("--end", end)) if value is not None}
    window = " ".join(f"{name} {value}" for name, value in asked.items())
    return SettingsError(
        f"{window}: no bar lies in it; the data reaches from {iso(first, UTC)} to {iso(last, UTC)}. "
        f"Ask for a part of that (without an offset a time is UTC), or leave {' and '.join(asked)} out"
    )
