"""The verbs about one decision of the label store: explain it in words, and make its signal again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SharpSignalError
from bot.messages.markup import plain
from bot.messages.reader import Reader
from bot.messages.why import why_text
from bot.settings import Settings
from bot.store_verbs import ident_of, opened
from engine.decision.documents import signal_document
from engine.decision.policy import Policy
from engine.decision.rebuild import Basis, rebuild
from engine.decision.signal import SIDE_NAMES
from engine.params import Params, engine_version
from storage import bases, evidence, ledger, policies, signals
from storage.evidence import Verdict
from storage.signals import StoredSignal


async def explain(settings: Settings, ident: str, as_json: bool) -> int:
    """Say why a signal was published, or why a setup was not. Raises SharpSignalError where the store has neither."""
    db = await opened(settings)
    try:
        async with db.read() as conn:
            stored = await signals.get(conn, ident_of(ident))
            found = await _verdict(conn, ident, stored)
    finally:
        await db.close()
    if found is None:
        raise SharpSignalError(_unknown(ident, stored))
    number = None if stored is None else stored.number
    if as_json:
        print(json.dumps(_document(found, number), ensure_ascii=False))
    else:
        print(plain(why_text(found, number, Reader(settings.locale, ZoneInfo(settings.timezone)))))
    return 0


async def _verdict(conn: AsyncConnection, ident: str, stored: StoredSignal | None) -> Verdict | None:
    if stored is not None:
        return await evidence.of_signal(conn, stored.signal_id)
    return await evidence.of_decision(conn, ident) if ident.isascii() else None


def _unknown(ident: str, stored: StoredSignal | None) -> str:
    if stored is not None:
        return f"signal {ident} is stored, but not the decision behind it"
    return f"no signal or decision {ident} in this store; `sharpsignal export --table decisions` lists them all"


def _document(found: Verdict, number: int | None) -> dict[str, Any]:
    plain_data = asdict(found)
    return {"number": number, **plain_data, "side": SIDE_NAMES[found.side], "reasons": list(found.reasons)}


async def replay_signal(settings: Settings, ident: str, as_json: bool) -> int:
    """Make a signal again from what was stored with it; 1 where the line differs from the stored one by a byte."""
    db = await opened(settings)
    try:
        async with db.read() as conn:
            stored = await signals.get(conn, ident_of(ident))
            if stored is None:
                raise SharpSignalError(f"no signal {ident} in this store")
            made = await _made_again(conn, stored)
    finally:
        await db.close()
    equal = ledger.line(made) == stored.line
    changed = differences(stored.document, made)
    if as_json:
        print(json.dumps({"number": stored.number, "equal": equal, "differences": changed}, ensure_ascii=False))
    elif equal:
        print(f"signal {stored.number}: made again from what was stored, equal byte for byte")
    else:
        print(f"signal {stored.number}: made again, it is another:")
        for name, (before, now) in changed.items():
            print(f"  {name}: stored {json.dumps(before)}, made again {json.dumps(now)}")
    return 0 if equal else 1


async def _made_again(conn: AsyncConnection, stored: StoredSignal) -> dict[str, Any]:
    """The chained document as this program makes it of the stored basis."""
    document = await bases.get(conn, stored.signal_id)
    if document is None:
        raise SharpSignalError(f"signal {stored.number} was stored without what it was made of")
    basis = Basis.from_document(document)
    known = None if basis.policy_version == "none" else await policies.get(conn, basis.policy_version)
    if known is None and basis.policy_version != "none":
        raise SharpSignalError(
            f"signal {stored.number} was judged with policy {basis.policy_version}, which is not here"
        )
    policy = None if known is None else Policy.from_document(known.document)
    params = Params()
    try:
        signal = rebuild(basis, policy, params, engine_version(params))
    except ValueError as error:
        raise SharpSignalError(f"signal {stored.number}: {error}") from error
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
