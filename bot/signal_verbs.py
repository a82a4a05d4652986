"""The verbs about one decision of the label store: explain it in words, and make its signal again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SharpSignalError
from bot.made_again import made_again
from bot.messages.markup import plain
from bot.messages.why import why_text
from bot.settings import Settings
from bot.store_verbs import ident_of, opened
from bot.terminal import terminal_reader
from engine.decision.signal import SIDE_NAMES
from storage import evidence, signals
from storage.evidence import Verdict
from storage.signals import StoredSignal


async def explain(settings: Settings, ident: str, as_json: bool) -> int:
    """Say why a signal was published, or why a setup was not. Raises SharpSignalError where the store has neither."""
    reader = terminal_reader(settings)
    db = await opened(settings)
    try:
        async with db.read() as conn:
            stored = await signals.get(conn, ident_of(ident))
            found = await _verdict(conn, ident, stored)
    finally:
        await db.close()
    if found is None:
        if stored is None:
            raise SharpSignalError(reader.plain("store-no-decision", ident=ident))
        raise SharpSignalError(reader.plain("store-decision-gone", ident=ident))
    number = None if stored is None else stored.number
    if as_json:
        print(json.dumps(_document(found, number), ensure_ascii=False))
    else:
        print(plain(why_text(found, number, reader)))
    return 0


async def _verdict(conn: AsyncConnection, ident: str, stored: StoredSignal | None) -> Verdict | None:
    if stored is not None:
        return await evidence.of_signal(conn, stored.signal_id)
    return await evidence.of_decision(conn, ident) if ident.isascii() else None


def _document(found: Verdict, number: int | None) -> dict[str, Any]:
    plain_data = asdict(found)
    return {"number": number, **plain_data, "side": SIDE_NAMES[found.side], "reasons": list(found.reasons)}


async def replay_signal(settings: Settings, ident: str, as_json: bool) -> int:
    """Make a signal again from what was stored with it; 1 where the line differs from the stored one by a byte."""
    reader = terminal_reader(settings)
    db = await opened(settings)
    try:
        async with db.read() as conn:
            stored = await signals.get(conn, ident_of(ident))
            if stored is None:
                raise SharpSignalError(reader.plain("store-no-signal", ident=ident))
            again = await made_again(conn, stored)
    finally:
        await db.close()
    if as_json:
        told = {"number": stored.number, "equal": again.equal, "differences": again.changed}
        print(json.dumps(told, ensure_ascii=False))
    elif again.equal:
        print(reader.plain("made-again-equal", number=str(stored.number)))
    else:
        print(reader.plain("made-again-other", number=str(stored.number)))
        for name, (before, now) in again.changed.items():
            print(f"  {name}: {json.dumps(before)} → {json.dumps(now)}")
    return 0 if again.equal else 1
