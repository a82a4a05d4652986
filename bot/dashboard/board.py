"""The board: every part of it as HTML for a reader, made once a second at most however many look.

A part is shown to whom the chat command of the same content would answer: what has no right of its own does not exist.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.commands.desk import ConversationConfig, role_in
from bot.commands.live import Status
from bot.commands.ops import LineState
from bot.commands.rights import Right, Role, allows
from bot.dashboard import market, people, results
from bot.dashboard.seen import Seen, Slow, mark, seen, slow
from bot.messages.reader import Reader
from bot.metrics import Metrics
from storage import chats
from storage.database import Database

WEB = "web"
FRESH_S = 1.0
SLOW_S = 5.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, who may see it, how it is made, and whether it takes the board's whole width."""

    name: str
    right: Right
    made: Callable[[Seen, Reader], str]
    wide: bool = False


PARTS = (
    Part("state", "read", market.state, wide=True),
    Part("signals", "read", market.signals, wide=True),
    Part("figures", "read", results.figures, wide=True),
    Part("layers", "read", market.layers, wide=True),
    Part("funnel", "read", market.funnel),
    Part("equity", "read", results.equity),
    Part("chances", "read", results.chances),
    Part("waiting", "read", market.waiting),
    Part("model", "read", results.model),
    Part("books", "read", results.books),
    Part("opinion", "read", results.opinion),
    Part("delivery", "admin", people.delivery),
    Part("feeds", "admin", market.feeds),
)


class Board:
    """`status` tells of the running engine, `lines` of the ways to people. Reads the store while somebody looks."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        status: Callable[[], Awaitable[Status]],
        lines: Callable[[], Sequence[LineState]],
        metrics: Metrics,
        config: ConversationConfig,
        *,
        opinion: bool = False,
    ) -> None:
        self._db = db
        self._clock = clock
        self._status = status
        self._lines = lines
        self._metrics = metrics
        self._config = config
        self._opinion = opinion
        self._one_at_a_time = asyncio.Lock()
        self._seen: Seen | None = None
        self._slow: Slow | None = None
        self._seen_at = self._slow_at = 0.0
        self._made: dict[tuple[str, str, str], str] = {}

    async def __call__(self, reader: Reader, person: str | None) -> Mapping[str, str]:
        """The parts that a person (None: nobody yet) may see, by name, as HTML in the reader's language."""
        async with self._one_at_a_time:
            now = await self._newest()
            role = await self._role(person)
            return {part.name: self._section(part, now, reader) for part in PARTS if _may(role, part.right)}

    async def _newest(self) -> Seen:
        """What is known, at most a second old."""
        at = asyncio.get_running_loop().time()
        if self._seen is not None and at - self._seen_at < FRESH_S:
            return self._seen
        live, now = await self._status(), self._clock.now_ms()
        async with self._db.read() as conn:
            if self._slow is None or at - self._slow_at >= SLOW_S or self._slow.mark != await mark(conn):
                self._slow, self._slow_at = await slow(conn, now), at
            self._seen = await seen(conn, now, live, self._lines(), self._slow, self._metrics, opinion=self._opinion)
        self._seen_at = at
        self._made.clear()
        return self._seen

    async def _role(self, person: str | None) -> Role:
        if person is None:
            return "none"
        async with self._db.read() as conn:
            return await role_in(conn, self._config, WEB, person, await chats.person(conn, WEB, person))

    def _section(self, part: Part, now: Seen, reader: Reader) -> str:
        key = (part.name, reader.locale, reader.zone.key)
        if key not in self._made:
            self._made[key] = section(part, part.made(now, reader), reader)
        return self._made[key]


def _may(role: Role, right: Right) -> bool:
    """Reading is for everyone in a chat that gets signals, and whoever opens the page is in the web chat."""
    return right == "read" or allows(role, right)


def section(part: Part, body: str, reader: Reader) -> str:
    """A part with its title. Only the first is read aloud when it changes: the others change all the time."""
    name = f"board-{part.name}"
    aloud = ' aria-live="polite"' if part.name == PARTS[0].name else ""
    title = reader.html("board-title", part=part.name)
    return (
        f'<section class="part{" wide" if part.wide else ""}" id="{name}" aria-labelledby="{name}-name">'
        f'<h2 id="{name}-name">{title}</h2><div class="body"{aloud}>{body}</div></section>'
    )
