"""Which of OKX's contracts are meant: live USDT-margined swaps by name, or all of them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.errors import SettingsError

ALL = ("*",)


def wanted_records(
    records: Sequence[Any], pairs: Sequence[str], where: str, followed: Collection[str] = ()
) -> list[Mapping[str, Any]]:
    """OKX's records of `pairs`, in their order; `("*",)`: of all, by name.

    Pairs that were `followed` before are left out where they are not traded any more, as long as another one is.
    SettingsError for any other that is not traded, in words that begin with `where` (a setting or an option).

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
        if name not in live and name not in followed:
            near = difflib.get_close_matches(name, live, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{where}{name}: is not a live USDT-margined swap of OKX{hint}")
    if not wanted:
        raise SettingsError(f"{where.rstrip('= ')}: OKX lists no live USDT-margined swap")
    if not any(name in live for name in wanted):
        raise SettingsError(f"{where}{','.join(wanted)}: OKX does not trade any of these any more; name a pair it does")
    return [live[name] for name in wanted if name in live]
