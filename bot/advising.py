"""Setups that want a second opinion, asked about side by side; every question ends in an event, within its window.

The opinion is stored first, then told: the engine hears of nothing that is not kept. Where the server is slow, broken
or paid out, silence is told at once and publishing goes on without it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import BUGS
from bot.house import House, SecondOpinion
from bot.opinion.answer import Answer
from bot.opinion.client import Client, Reply
from bot.opinion.limits import CALLS_A_DAY, FOR_WAITING, LISTENING, Breaker, Purse, day_and_month
from bot.opinion.prompts import PROMPTS
from bot.opinion.reading import CANDLES, reading_of
from engine.decision.tick import Asked
from engine.learning.scoreboard import Board, board_of
from engine.market.events import TIMEFRAMES, Adviser, Candle, Opinion
from storage import nights, opinions
from storage.opinions import NewOpinion

LOG = logging.getLogger(__name__)
LOOK_S = 0.2
SHADOW_S = 30.0  # patience with challengers, for whom nobody waits
MOST_AT_ONCE = 8  # more questions at one instant than that are answered with silence


@dataclass(frozen=True, slots=True)
class _Given:
    """What the model is shown, and its hash."""

    reading: Mapping[str, Any]
    text: str
    digest: str


async def advise(house: House) -> None:
    """The task: nothing where no key is set."""
    second = house.second
    if second is None:
        return
    client = Client(second.api_key, second.base_url, second.model, house.market.clock)
    try:
        await client.open()
        while not house.started():
            await asyncio.sleep(LOOK_S)
        await Desk(house, second, client).run()
    finally:
        await client.close()


class Desk:
    """Asks, keeps, tells; draws up the scoreboard once a UTC day and tells the engine what the opinion may do."""

    def __init__(self, house: House, second: SecondOpinion, client: Client) -> None:
        self._house = house
        self._second = second
        self._client = client
        self._breaker = Breaker()
        self._board: Board | None = None
        self._day = 0
        self._questions: asyncio.Queue[Asked] = asyncio.Queue()
        self._busy = 0

    async def run(self) -> None:
        """Until cancelled."""
        self._purse = await self._filled()
        self._second.listen(self._questions.put_nowait)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._daily())
            while True:
                asked = await self._questions.get()
                group.create_task(self._question(asked))

    async def _filled(self) -> Purse:
        now = self._house.market.now_ms()
        async with self._house.db.read() as conn:
            return Purse(now, await opinions.spent(conn, *day_and_month(now)))

    async def _daily(self) -> None:
        """At the start and at the turn of each UTC day."""
        while True:
            now = self._house.market.now_ms()
            day, _ = day_and_month(now)
            if day > self._day:
                try:
                    await self._draw_up(now)
                    self._day = day
                except SQLAlchemyError as error:
                    LOG.error("the scoreboard of second opinions cannot be kept, tried again: %s", error)
            await self._house.market.clock.sleep(60.0)

    async def _draw_up(self, now: int) -> None:
        """The scoreboard, and the seat that follows from it."""
        async with self._house.db.read() as conn:
            said = await opinions.scored(conn, self._second.model)
        board = self._board = await asyncio.to_thread(board_of, said, list(PROMPTS), self._second.model)
        async with self._house.db.write() as conn:
            await opinions.add_board(conn, now, board.document)
        seat = {"model": self._second.model, "prompt": board.acting, "waits": board.state != "ignored"}
        await self._house.submit(Adviser(now, {**seat, "pool": board.pool.to_document()}))
        LOG.info("second opinion of %s: %s after %d outcomes", self._second.model, board.state, board.pool.pairs)

    async def _question(self, asked: Asked) -> None:
        """One setup: the acting prompt's opinion, then the challengers' for the record."""
        board = self._board
        if board is None:
            return
        self._busy += 1
        answer: Answer | None = None
        try:
            given = await self._given(asked)
            reply = await self._asked(given, board.acting, asked.waits, self._second.seconds)
            if await self._keep(asked, given, board.acting, reply):
                answer = reply.answer
        except BUGS as error:
            LOG.error("no opinion on a setup of %s", asked.pair, exc_info=error)
        finally:
            self._busy -= 1
        said = ("", None) if answer is None else (answer.decision, answer.p)
        await self._house.submit(Opinion(self._house.market.now_ms(), asked.pair, asked.decision_id, *said))
        if answer is not None:
            await self._challenged(asked, given, board.acting)

    async def _challenged(self, asked: Asked, given: _Given, acting: str) -> None:
        """The same question under the other prompts, for the record."""
        try:
            for prompt in (name for name in PROMPTS if name != acting):
                second = await self._asked(given, prompt, False, SHADOW_S)
                await self._keep(asked, given, prompt, second, acting=False)
        except BUGS as error:
            LOG.error("no opinion of a challenger on a setup of %s", asked.pair, exc_info=error)

    async def _asked(self, given: _Given, prompt: str, waits: bool, seconds: float) -> Reply:
        """Ask, unless the server is left in peace or the purse is empty for such a question."""
        market, purse = self._house.market, self._purse
        most = CALLS_A_DAY if waits else CALLS_A_DAY - FOR_WAITING
        if self._board is not None and self._board.state == "ignored":
            most = LISTENING
        reply = Reply(lambda: purse.pay(market.now_ms(), most))
        if self._busy > MOST_AT_ONCE:
            reply.silence = "busy"
        elif self._breaker.open(market.now_ms()):
            reply.silence = "breaker"
        else:
            reply = await self._client.ask(PROMPTS[prompt], given.text, seconds, reply.pay)
            purse.used(reply.tokens_in + reply.tokens_out)
            self._breaker.note(reply.silence, market.now_ms())
        result = reply.silence if reply.answer is None else reply.answer.decision
        self._house.metrics.opinions.labels(result=result).inc()
        return reply

    async def _given(self, asked: Asked) -> _Given:
        step = TIMEFRAMES["5m"]
        bars = await self._second.bars(asked.pair, asked.ts - CANDLES * step, asked.ts - 1)
        try:
            async with self._house.db.read() as conn:
                night = await nights.newest(conn)
        except SQLAlchemyError as error:
            LOG.error("asked without what the newest night learned: %s", error)
            night = None
        reading = reading_of(asked, _five_minutes(bars), _cells(night))
        text = json.dumps(reading, separators=(",", ":"), allow_nan=False)
        return _Given(reading, text, hashlib.sha256(text.encode()).hexdigest())

    async def _keep(self, asked: Asked, given: _Given, prompt: str, reply: Reply, *, acting: bool = True) -> bool:
        """Store what was said; False where that cannot be done: then nobody hears of it."""
        c, answer = asked.judged.candidate, reply.answer
        form = None if answer is None else answer.model_dump()
        one = NewOpinion(
            decision_id=asked.decision_id,
            prompt=prompt,
            model=self._second.model,
            pair=asked.pair,
            side=c.side,
            ts=asked.ts,
            known_at=self._house.market.now_ms(),
            acting=acting,
            waited=acting and asked.waits,
            decision="" if answer is None else answer.decision,
            p=None if answer is None else answer.p,
            silence=reply.silence,
            p_win=None if c.estimate is None else c.estimate.p,
            threshold=c.threshold,
            calls=reply.calls,
            tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
            latency_ms=reply.latency_ms,
            reading_hash=given.digest,
            document={**({"reading": given.reading} if acting else {}), "answer": form, "way": reply.way},
        )
        try:
            async with self._house.db.write() as conn:
                return await opinions.add(conn, one)
        except SQLAlchemyError as error:
            LOG.error("an opinion cannot be kept, so nobody hears of it: %s", error)
            return False


def _five_minutes(bars: Sequence[Candle]) -> Sequence[Candle]:
    """Of a finer or coarser base no 5m candles are shown."""
    return [bar for bar in bars if bar.timeframe == "5m"]


def _cells(night: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """The cells of the newest night that were large enough to be judged, the surest first."""
    found = None if night is None else night["status"].get("insights")
    judged = [] if found is None else [cell for cell in found["cells"] if cell["net_r"] is not None]
    return sorted(judged, key=lambda cell: float(cell["p"]))
