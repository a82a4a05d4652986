"""Nightly training and hourly looks as a task of the house; a policy is taken in at its instant."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.house import House
from bot.jobs.kept import keep
from bot.jobs.news import TrainingNews
from bot.jobs.nightly import Nightly
from bot.jobs.trainer import look_apart, train_apart
from bot.market import ExchangeClock
from engine.params import Params, procedure_of
from storage import policies


async def learn(house: House) -> None:
    """Every night and every hour between, from when the engine takes events."""
    while not house.started():
        await asyncio.sleep(0.2)
    async with house.db.read() as conn:
        stored = await policies.current(conn)
    known = (await house.status()).instruments
    identity = procedure_of(Params(), house.least_confluence, known)
    owners = partial(house.people.owners, house.config.owner_ids)
    known_of = (house.database_url, house.data_dir, house.least_confluence, identity)
    nightly = Nightly(
        ExchangeClock(house.market),
        house.data_dir,
        partial(train_apart, *known_of),
        partial(look_apart, *known_of),
        partial(keep, house.db),
        house.submit,
        TrainingNews(house.db, house.market.clock, owners, house.people.nudge).hear,
        None if stored is None else stored.version,
    )
    await nightly.run(house.market.wake_seconds)
