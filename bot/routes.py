"""Every HTTP route that belongs to no channel. A new one is its own file and one line here.

Fixed paths come before `/api/{pair}/{layer}`, which is the last.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from bot.api.figures import figures_router
from bot.api.labels import labels_router
from bot.api.learned import learned_router
from bot.api.learning_desk import job_router, jobs_router, promote_router
from bot.api.own_trades import own_trades_router
from bot.api.readings import readings_router
from bot.figures import Figures
from bot.house import House
from bot.promotion import Promotions
from bot.record.router import record_config, record_router

ROUTES: tuple[Callable[[House], APIRouter], ...] = (
    lambda house: labels_router(house.db),
    lambda house: learned_router(house.db),
    lambda house: own_trades_router(house.db, house.market.clock),
    lambda house: jobs_router(house.work),
    lambda house: job_router(house.work),
    lambda house: promote_router(promotions(house).promote),
    lambda house: figures_router(Figures(house.db, house.metrics, house.market.clock.now_ms).tell),
    lambda house: record_router(house.db, house.market.clock, record_config(house.config)),
    lambda house: readings_router(house.readings),
)


def promotions(house: House) -> Promotions:
    """Promotion by version, in this house."""
    return Promotions(house.db, house.submit, house.started, house.market.clock.now_ms)
