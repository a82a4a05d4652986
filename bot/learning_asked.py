"""Training and evaluation that somebody asks for over HTTP, as a task of the house."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.asked_work import Kind
from bot.house import House
from bot.jobs.report import report_document
from bot.jobs.trainer import train_apart
from engine.params import Params, procedure_of


async def learn_when_asked(house: House) -> None:
    """What is asked for, from when the engine takes events."""
    while not house.started():
        await asyncio.sleep(0.2)
    known = (await house.status()).instruments
    identity = procedure_of(Params(), house.least_confluence, known)

    async def do(kind: Kind, cut: int) -> dict[str, Any]:
        """An evaluation concludes as a training does, and leaves nothing."""
        offer = kind == "train"
        found = await train_apart(
            house.database_url, house.data_dir, house.least_confluence, identity, cut, "hand", offer
        )
        return report_document(found)

    await house.work.run(do)
