"""A stored signal made again from what was kept with it: equal byte for byte, or what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SharpSignalError
from engine.decision.documents import signal_document
from engine.decision.policy import Policy
from engine.decision.rebuild import Basis, rebuild
from engine.params import Params, engine_version
from storage import bases, ledger, policies
from storage.signals import StoredSignal

Lacking = Literal["basis", "policy", "levels"]


class NotMade(SharpSignalError):
    """It cannot be made again. `lacking`: what it was made of or its policy is not here, or there are no levels now."""

    def __init__(self, words: str, lacking: Lacking) -> None:
        super().__init__(words)
        self.lacking = lacking


@dataclass(frozen=True, slots=True)
class Again:
    """`equal`: the same line, byte for byte; `changed`: keys whose values differ, with the stored and the new one."""

    equal: bool
    changed: Mapping[str, tuple[Any, Any]]


async def made_again(conn: AsyncConnection, stored: StoredSignal) -> Again:
    """A signal as this program makes it of the stored basis, beside the stored one. Raises NotMade."""
    made = await _document(conn, stored)
    return Again(ledger.line(made) == stored.line, differences(stored.document, made))


async def _document(conn: AsyncConnection, stored: StoredSignal) -> dict[str, Any]:
    """The chained document."""
    document = await bases.get(conn, stored.signal_id)
    if document is None:
        raise NotMade(f"signal {stored.number} was stored without what it was made of", "basis")
    basis = Basis.from_document(document)
    known = None if basis.policy_version == "none" else await policies.get(conn, basis.policy_version)
    if known is None and basis.policy_version != "none":
        words = f"signal {stored.number} was judged with policy {basis.policy_version}, which is not here"
        raise NotMade(words, "policy")
    policy = None if known is None else Policy.from_document(known.document)
    params = Params()
    try:
        signal = rebuild(basis, policy, params, engine_version(params))
    except ValueError as error:
        raise NotMade(f"signal {stored.number}: {error}", "levels") from error
    zone_name = str(stored.document["session"]).rpartition("-")[0]
    made = signal_document(signal, ZoneInfo(zone_name), zone_name)
    return ledger.chain(str(stored.document["ledger"]["prev"]), made)


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Keys whose values differ, with both values; a key that is missing has None.

    >>> differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    {'b': (2, 3), 'c': (None, 4)}
    """
    names = [*before, *(name for name in now if name not in before)]
    return {name: (before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name)}
