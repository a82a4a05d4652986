"""Every HTTP route that belongs to no channel. A new one is its own file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from bot.api.labels import labels_router
from bot.api.learned import learned_router
from bot.house import House
from bot.record.router import record_config, record_router

ROUTES: tuple[Callable[[House], APIRouter], ...] = (
    lambda house: labels_router(house.db),
    lambda house: learned_router(house.db),
    lambda house: record_router(house.db, house.market.clock, record_config(house.config)),
)
