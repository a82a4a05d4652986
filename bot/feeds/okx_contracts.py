"""Which of OKX's contracts are meant: live USDT-margined swaps by name, or all of them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import SettingsError

ALL = ("*",)


def wanted_records(records: Sequence[Any], pairs: Sequence[str], where: str) -> list[Mapping[str, Any]]:
    """OKX's records of `pairs`, in their order; `("*",)`: of all, by name.

    SettingsError for a pair that is not traded, in words that begin with `where` (a setting or an option).

    >>> wanted_records([], ["X-USDT-SWAP"], "--pairs ")
    Traceback (most recent call last):
    bot.errors.SettingsError: --pairs X-USDT-SWAP: is not a live USDT-margined swap of OKX
    """
    live = {
        str(record.get("instId")): record
        for record in records
        if isinstance(record, dict) and record.get("settleCcy") == "USDT" and record.get("ctType") == "linear"
        if record.get("state") == "live"
    }
    wanted = sorted(live) if tuple(pairs) == ALL else list(pairs)
    for name in wanted:
        if name not in live:
            near = difflib.get_close_matches(name, live, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{where}{name}: is not a live USDT-margined swap of OKX{hint}")
    if not wanted:
        raise SettingsError(f"{where.rstrip('= ')}: OKX lists no live USDT-margined swap")
    return [live[name] for name in wanted]
