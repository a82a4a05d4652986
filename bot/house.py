"""What a task in the background may work with, and what such a task is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.announce import Announcer
from bot.asked_work import AskedWork
from bot.commands.desk import ConversationConfig
from bot.commands.live import Status
from bot.layer_view import LayerView
from bot.market import Market
from bot.metrics import Metrics
from bot.people import People
from engine.decision.tick import Asked
from engine.market.events import Candle, Event
from storage.database import Database


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a second opinion needs: the server, the bars of a pair (from, to: ms of their opens), and the questions.

    `listen` names who hears of each; `seconds`: how long publishing may wait for an answer.
    """

    api_key: str = field(repr=False)
    base_url: str
    model: str
    listen: Callable[[Callable[[Asked], None]], None]
    bars: Callable[[str, int, int], Awaitable[Sequence[Candle]]]
    seconds: float = 8.0


@dataclass(frozen=True, slots=True)
class House:
    """The rooms of one running product.

    `status` is what only the running engine knows, `submit` hands it an event once `started`. `announcer` writes to
    every chat, `people.owners` finds where owners read, `people.nudge` wakes the senders after a commit. `config` has
    the defaults of language, zone and owners, `least_confluence` is c* of the sensitivity. `readings` shows what the
    layers say, `work` takes what is asked for over HTTP. Time is `market.clock`; `database_url` may hold a password.
    `second`: None where no key is set, or the market is simulated.
    """

    db: Database
    market: Market
    metrics: Metrics
    announcer: Announcer
    people: People
    config: ConversationConfig
    status: Callable[[], Awaitable[Status]]
    submit: Callable[[Event], Awaitable[None]]
    started: Callable[[], bool]
    least_confluence: float
    data_dir: Path
    readings: LayerView
    work: AskedWork
    database_url: str = field(repr=False)
    second: SecondOpinion | None = None


Task = Callable[[House], Coroutine[Any, Any, None]]
"""Runs beside everything else until it is cancelled, or returns when it has nothing more to do."""
