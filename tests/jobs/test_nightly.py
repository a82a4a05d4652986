"""The night: what is trained when, and at which instant its policy is handed over."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import TapeClock
from bot.jobs.kept import keep
from bot.jobs.nightly import Nightly
from bot.jobs.trainer import TrainingFailed
from bot.jobs.training import leave, offered
from engine.decision.policy import sealed
from engine.learning.cadence import CUT, EFFECTIVE, HOUR, STEP, effective_at, taken_at
from engine.learning.learner import Learner
from engine.learning.past import Conclusion, Event, Turn
from engine.market.events import PolicyTaken
from storage.database import Database
from tests.learning.world import DAY, World

WORLD = World(31, days=25)
MIDNIGHT = WORLD.end // DAY * DAY
TWO, THREE = MIDNIGHT + CUT, MIDNIGHT + EFFECTIVE


@pytest.fixture(scope="module")
def learned() -> Conclusion:
    learner = Learner(0.6)
    for row in WORLD.rows():
        learner.history.stored(row)
    found = learner.night(TWO)
    assert found.version is not None
    return found


def idle(cut: int, reason: str) -> Conclusion:
    status = {"reason": reason, "labels": 0, "n_eff": 0.0}
    return Conclusion("night", cut, effective_at(cut), "linear", status=status)


class House:
    """What surrounds the night: a clock, a training that concludes `learned` (None: nothing), a store, and ears."""

    def __init__(
        self, folder: Path, learned: Conclusion | None, now: int = TWO - STEP, db: Database | None = None
    ) -> None:
        self.db = db
        self.clock = TapeClock(now)
        self.folder = folder
        self.learned = learned
        self.failing = False
        self.slow = 0
        self.seen: Conclusion | None = None
        self.trained: list[int] = []
        self.looked: list[int] = []
        self.told: list[Conclusion] = []
        self.kept: list[Conclusion] = []
        self.news: list[bool] = []
        self.reason = "one_class"
        self.taken: list[PolicyTaken] = []
        self.night = self.restarted()

    def restarted(self, in_force: str | None = None) -> Nightly:
        self.night = Nightly(
            self.clock, self.folder, self.train, self.look, self.keep, self.submit, self.hear, in_force
        )  # fmt: skip
        return self.night

    async def train(self, cut: int) -> Conclusion:
        self.trained.append(cut)
        self.clock.advance(self.clock.now_ms() + self.slow)
        if self.failing:
            raise TrainingFailed("no memory")
        found = idle(cut, self.reason) if self.learned is None else replace(self.learned, cut=cut)
        leave(self.folder, found, "night")
        return found

    async def look(self, cut: int) -> Conclusion | None:
        self.looked.append(cut)
        if self.seen is not None:
            self.seen = replace(self.seen, cut=cut, effective=taken_at(cut))
            leave(self.folder, self.seen, "watch")
        return self.seen

    async def keep(self, found: Conclusion) -> Conclusion:
        held = found if self.db is None else await keep(self.db, found)
        self.kept.append(held)
        return held

    async def submit(self, event: PolicyTaken) -> None:
        self.taken.append(event)

    async def hear(self, found: Conclusion, news: bool) -> None:
        self.told.append(found)
        self.news.append(news)

    async def at(self, moment: int) -> None:
        self.clock.advance(moment)
        await self.night.wake()


async def test_cut_at_two_in_force_at_three(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, learned)
    await house.at(TWO - 1)
    assert house.trained == []
    await house.at(TWO + 5000)
    assert house.trained == [TWO] and len(house.told) == 1 and house.taken == []
    await house.at(THREE - 1)
    assert house.taken == []
    await house.at(THREE)
    assert [(event.ts, event.document["version"]) for event in house.taken] == [(THREE, learned.version)]
    await house.at(THREE + STEP)
    assert house.trained == [TWO] and len(house.taken) == 1 and offered(tmp_path) is None


async def test_every_hour_between_nights_is_looked_at_once_and_what_was_missed_late(
    tmp_path: Path, learned: Conclusion
) -> None:
    house = House(tmp_path, learned)
    for moment in (TWO, TWO + STEP, THREE):
        await house.at(moment)
    assert house.looked == [THREE], "before the first policy there is nothing to look after"
    for moment in (THREE + STEP, THREE + HOUR - 1, THREE + HOUR, THREE + HOUR + STEP):
        await house.at(moment)
    assert house.looked == [THREE, THREE + HOUR] and len(house.told) == 1
    assert learned.version is not None
    document = sealed({**learned.policies[learned.version], "probation_until": 1})
    turn = Turn("linear", document["version"], 0)
    status = {"reason": "looked"}
    alarm = Event(0, "alarm", "linear", {"sign": "cusum"})
    house.seen = Conclusion("watch", 0, 0, "linear", (turn,), (alarm,), status, {document["version"]: document})
    house.restarted(in_force=learned.version)
    await house.at(THREE + 9 * HOUR + STEP + 1)
    assert house.looked[2:] == [THREE + 9 * HOUR] and len(house.told) == 2 and house.news[-1]
    await house.at(THREE + 9 * HOUR + 2 * STEP)
    assert [(event.ts, event.document["version"]) for event in house.taken[1:]] == [
        (THREE + 9 * HOUR + 2 * STEP, document["version"])
    ], "too late for the first quarter hour"
    assert house.kept[-1].kind == "watch" and house.kept[-1].effective == THREE + 9 * HOUR + 2 * STEP
    house.seen = Conclusion("watch", 0, 0, "linear", (), (), status)
    await house.at(THREE + 10 * HOUR + 1)
    assert house.kept[-1].cut == THREE + 10 * HOUR and not house.news[-1], "how the evidence stands is no news"


async def test_late_training_waits_for_the_next_boundary(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, learned)
    house.slow = EFFECTIVE - CUT + 1
    await house.at(TWO)
    assert house.taken == []
    await house.at(THREE + STEP)
    assert [event.ts for event in house.taken] == [THREE + STEP]


async def test_a_night_slept_through_is_done_late_and_only_the_newest(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, learned)
    await house.at(TWO)
    await house.at(THREE)
    house.restarted(in_force=learned.version)
    await house.at(TWO + 3 * DAY + 2 * EFFECTIVE)
    assert house.trained == [TWO, TWO + 3 * DAY]
    assert len(house.taken) == 1, "the same policy again is not taken twice"


async def test_a_restart_between_cut_and_instant_loses_nothing(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, learned)
    await house.at(TWO)
    house.restarted()
    await house.at(TWO + STEP)
    assert house.trained == [TWO] and house.taken == []
    await house.at(THREE)
    assert [event.ts for event in house.taken] == [THREE]


async def test_a_policy_by_hand_takes_effect_at_the_next_boundary(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, None)
    leave(tmp_path, learned, "hand")
    await house.at(TWO - STEP + 1)
    assert house.taken == []
    await house.at(TWO)
    assert [event.ts for event in house.taken] == [TWO]


@pytest.mark.parametrize("off", [False, True])
async def test_a_choice_by_hand_takes_the_place_of_the_night_that_waits(
    tmp_path: Path, learned: Conclusion, off: bool
) -> None:
    """Also one that a verb leaves while the program is off, which then remembers nothing of the night."""
    async with AsyncExitStack() as stack:
        db = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
        stack.push_async_callback(db.close)
        house = House(tmp_path, learned, db=db)
        await house.at(TWO)
        document = sealed({**learned.policies[learned.version or ""], "probation_until": 1})
        turn = Turn("linear", document["version"], 0)
        chosen = Conclusion("hand", TWO + 1, TWO + 1, "linear", (turn,), (), {}, {document["version"]: document})
        leave(tmp_path, chosen, "hand")
        if off:
            house.restarted()
        for moment in (TWO + STEP, TWO + 2 * STEP, THREE, THREE + STEP):
            await house.at(moment)
        assert [(event.ts, event.document["version"]) for event in house.taken] == [(THREE, document["version"])]
        assert [found.effective for found in house.kept] == [THREE, THREE], "nothing is in force before what it follows"


async def test_nothing_learned_changes_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, None)
    await house.at(TWO)
    await house.at(THREE)
    assert [report.reason for report in house.told] == ["one_class"] and house.taken == []
    assert [found.cut for found in house.kept] == [TWO] and offered(tmp_path) is None


async def test_only_another_reason_or_a_policy_is_news(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, None)
    nights = [("too_few_labels", True), ("too_few_labels", False), ("one_class", True), ("one_class", False)]
    for night, (reason, news) in enumerate(nights):
        house.reason = reason
        house.restarted()
        await house.at(TWO + night * DAY)
        assert house.news[-1] is news, night
    house.learned = learned
    for night in (4, 5):
        await house.at(TWO + night * DAY)
    assert house.news[4:] == [True, False] and len(house.told) == 6, "a nightly refit is no news"


async def test_a_failed_training_is_not_tried_again_before_the_next_night(tmp_path: Path) -> None:
    house = House(tmp_path, None)
    house.failing = True
    await house.at(TWO)
    await house.at(THREE)
    assert house.trained == [TWO] and house.told == []
    await house.at(TWO + DAY)
    assert house.trained == [TWO, TWO + DAY]


async def test_a_damaged_offer_is_refused_once(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, None)
    folder = leave(tmp_path, learned, "hand")
    (folder / f"{learned.version}.json").write_text("not json", "utf-8")
    await house.at(TWO)
    assert offered(tmp_path) is None and house.taken == []


async def test_the_scheduler_rings_and_the_clock_decides(tmp_path: Path, learned: Conclusion) -> None:
    house = House(tmp_path, learned)

    async def pass_time() -> None:
        while not house.taken:
            house.clock.advance(house.clock.now_ms() + STEP // 15)
            await asyncio.sleep(0.01)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        running = group.create_task(house.night.run(wake_seconds=0.05))
        await pass_time()
        running.cancel()
    assert house.trained == [TWO] and house.taken[0].ts == THREE
