"""What the board shows at one moment, read once for everybody who looks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.live import Status
from bot.commands.ops import LineState
from bot.metrics import Metrics
from storage import curve, nights, opinions, outbox, policies, quiet, record, signals
from storage.curve import Leg
from storage.funnel import Funnel, funnel
from storage.outbox import DeadLetter
from storage.policies import StoredPolicy
from storage.quiet import Silent
from storage.signals import ProgressRow, StoredSignal
from storage.standing import group_totals, standing
from storage.stats import Stats
from storage.totals import ALL, NO_P, Total

LETTERS = 3
FUNNEL_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Slow:
    """What changes when a signal closes, a setup is judged, or in the night.

    `mark` changes with the record: then all of this is read anew, and pictures of it are asked for again. `told` has
    the totals of win chances by bin, `opinions` the scoreboard of the second opinion.
    """

    figures: Stats
    curve: Sequence[Leg]
    mark: str
    funnel: Funnel
    policy: StoredPolicy | None
    night: Mapping[str, Any]
    told: Mapping[str, Total]
    opinions: Mapping[str, Any] | None

    @property
    def status(self) -> Mapping[str, Any]:
        """What the newest night showed; {} before the first."""
        found: Mapping[str, Any] = self.night.get("status", {})
        return found


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything, at `now` (ms, the market's clock). `opinion`: a second opinion is asked for."""

    now: int
    live: Status
    open: Sequence[tuple[StoredSignal, list[ProgressRow]]]
    slow: Slow
    waiting: dict[str, int | None]
    letters: Sequence[DeadLetter]
    silent: Sequence[Silent]
    lines: Sequence[LineState]
    metrics: Metrics
    opinion: bool


async def mark(conn: AsyncConnection) -> str:
    """Another one whenever the record is."""
    return hashlib.sha256((await record.mark(conn)).encode()).hexdigest()[:12]


async def slow(conn: AsyncConnection, now: int) -> Slow:
    """Read what changes seldom."""
    found = await group_totals(conn)
    told = {name: one for (of, name), one in found.items() if of == "confidence" and name != NO_P and one.asked}
    return Slow(
        figures=await standing(conn),
        curve=await curve.curve(conn),
        mark=await mark(conn),
        funnel=await funnel(conn, now - FUNNEL_MS),
        policy=await policies.current(conn),
        night=await nights.standing(conn) or {},
        told={"": found.get(ALL, Total()), **told},
        opinions=await opinions.board(conn),
    )


async def seen(
    conn: AsyncConnection,
    now: int,
    live: Status,
    lines: Sequence[LineState],
    known: Slow,
    metrics: Metrics,
    *,
    opinion: bool,
) -> Seen:
    """Read what changes by the second."""
    return Seen(
        now=now,
        live=live,
        open=[(one, await signals.progress_of(conn, one.signal_id)) for one in await signals.active(conn)],
        slow=known,
        waiting=await outbox.stats(conn, now),
        letters=await outbox.dead_letters(conn, LETTERS),
        silent=await quiet.silent(conn),
        lines=lines,
        metrics=metrics,
        opinion=opinion,
    )
