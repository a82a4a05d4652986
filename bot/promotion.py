"""A person makes a procedure the champion: written down, and in force in the same moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.errors import Later, NotEarned
from engine.learning.past import Conclusion, Past
from engine.market.events import Event, PolicyTaken
from storage import audit, nights, policies
from storage.database import Database

EARNED = "promote"
Submit = Callable[[Event], Awaitable[None]]


async def choose(
    db: Database, submit: Submit, who: tuple[str, str], procedure: str, kind: str, deed: str, now: int
) -> Conclusion | None:
    """`procedure` comes into force with its newest policy; None where it has none. `deed`: its name in the audit.

    Raises Later while what was concluded before waits for its hour: it would take the choice back when it came.
    """
    async with db.write() as conn:
        past = Past([Conclusion.of(one) for one in await nights.listed(conn)])
        if past.settled > now:
            raise Later("a policy waits for its hour; choose when it is in force", (past.settled - now) / 1000)
        known = {one.version: one.document for one in await policies.listed(conn)}
        found = past.choice(procedure, kind, now, known)
        if found.version is None:
            return None
        await nights.add(conn, found.document())
        await audit.record(conn, who, deed, found.version, procedure, now)
    await submit(PolicyTaken(now, dict(found.policies[found.version])))
    return found


class Promotions:
    """Promotion by the version of a policy, once `started`."""

    def __init__(self, db: Database, submit: Submit, started: Callable[[], bool], now: Callable[[], int]) -> None:
        self._db = db
        self._submit = submit
        self._started = started
        self._now = now

    async def promote(self, version: str, who: tuple[str, str]) -> dict[str, Any]:
        """Raises KeyError for a policy that is not stored, NotEarned, and Later.

        Later: the engine starts, or a policy waits for its hour.
        """
        if not self._started():
            raise Later("the engine is still starting; try again in a moment", 5.0)
        async with self._db.read() as conn:
            stored = await policies.get(conn, version)
            current = await policies.current(conn)
            night = await nights.standing(conn)
            past = Past([Conclusion.of(one) for one in await nights.listed(conn)])
        if stored is None:
            raise KeyError(version)
        procedure = str(stored.document.get("procedure", ""))
        contests = {} if night is None else night["status"].get("contests", {})
        if current is not None and current.version == version:
            raise NotEarned(["in_force"])
        if procedure not in contests:
            raise NotEarned(["not_a_challenger"])
        if contests[procedure]["verdict"] != EARNED:
            raise NotEarned(list(contests[procedure]["failed"]))
        newest = next((turn.version for turn in reversed(past.turns()) if turn.procedure == procedure), None)
        if newest != version:
            raise NotEarned(["superseded"])
        await choose(self._db, self._submit, who, procedure, "chosen", "promote", self._now())
        return {"policy_version": version, "procedure": procedure, "instead_of": past.champion}
