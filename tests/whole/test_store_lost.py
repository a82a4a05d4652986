"""What the engine concluded is stored whole, or the program ends: nothing goes on beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.claim import Claim
from bot.pipeline import Pipeline, StoreLost
from engine.market.events import Event, Resume, Settle
from storage import engine_state, signals
from storage.database import Database
from tests.whole.test_inputs import playing


async def test_what_cannot_be_stored_ends_everything_that_follows(tmp_path: Path) -> None:
    async def fails(conn: AsyncConnection, claim: Claim) -> None:
        raise LookupError("a mistake of ours")

    def claims() -> dict[str, Claim]:
        return {"telegram": Claim(fails, lambda claim: None, 1, set(), {})}

    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'lost.db'}") as db:
        pipeline, events = playing(db, claims=claims)
        with pytest.raises(StoreLost, match="a mistake of ours"):
            for event in events:
                await pipeline.take(event)
        with pytest.raises(StoreLost):
            await pipeline.take(Resume(event.known_at))
        async with db.read() as conn:
            assert not await signals.latest(conn)


async def test_what_a_cancelled_caller_left_is_stored_with_the_next_event(tmp_path: Path) -> None:
    """Who waits for the store and gives up has begun nothing: the facts wait on."""
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'held.db'}") as db:
        pipeline, events = playing(db)
        for event in events:
            if not isinstance(event, Settle):
                await pipeline.take(event)
            elif await _given_up(db, pipeline, event) and pipeline._engine.stream.number > 1:
                break
        async with db.read() as conn:
            assert not await signals.latest(conn)
        await pipeline.take(next(events))
        async with db.read() as conn:
            (stored,) = await signals.latest(conn)
            kept = await engine_state.load(conn)
        assert stored.number == 1 and kept is not None and kept[1] >= stored.ts


async def _given_up(db: Database, pipeline: Pipeline, event: Event) -> bool:
    """Have an event taken while somebody else writes, and give up; whether it waited for the store."""
    async with db.write(), asyncio.TaskGroup() as group:
        taking = group.create_task(pipeline.take(event))
        while not taking.done() and not db._lock._waiters:
            await asyncio.sleep(0)
        waits = not taking.done()
        taking.cancel()
    return waits
