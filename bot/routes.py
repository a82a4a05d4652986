"""Every HTTP route that belongs to no channel. A new one is its own file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from bot.api.labels import labels_router
from bot.house import House

ROUTES: tuple[Callable[[House], APIRouter], ...] = (lambda house: labels_router(house.db),)
