"""The night: what is trained when, and at which instant its policy is handed over."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.clock import TapeClock
from bot.jobs.nightly import Nightly
from bot.jobs.trainer import TrainingFailed
from bot.jobs.training import leave, offered
from engine.learning.cadence import CUT, EFFECTIVE, STEP
from engine.learning.train import Reason, TrainReport, train
from engine.market.events import PolicyTaken
from tests.learning.world import DAY, World

WORLD = World(31, days=25)
MIDNIGHT = WORLD.end // DAY * DAY
TWO, THREE = MIDNIGHT + CUT, MIDNIGHT + EFFECTIVE


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found = train(WORLD.rows(), cut=TWO).policy_document
    assert found is not None
    return found


class House:
    """What surrounds the night: a clock, a training that leaves `document` (None: nothing), and ears."""

    def __init__(self, folder: Path, document: dict[str, Any] | None, now: int = TWO - STEP) -> None:
        self.clock = TapeClock(now)
        self.folder = folder
        self.document = document
        self.failing = False
        self.slow = 0
        self.trained: list[int] = []
        self.told: list[TrainReport] = []
        self.news: list[bool] = []
        self.reason: Reason = "no_edge"
        self.taken: list[PolicyTaken] = []
        self.night = self.restarted()

    def restarted(self, in_force: str | None = None) -> Nightly:
        self.night = Nightly(self.clock, self.folder, self.train, self.submit, self.hear, in_force)
        return self.night

    async def train(self, cut: int) -> TrainReport:
        self.trained.append(cut)
        self.clock.advance(self.clock.now_ms() + self.slow)
        if self.failing:
            raise TrainingFailed("no memory")
        if self.document is None:
            return TrainReport(None, self.reason, cut, 0, 0.0)
        leave(self.folder, self.document, "night")
        return TrainReport(self.document, "trained", cut, 0, 0.0)

    async def submit(self, event: PolicyTaken) -> None:
        self.taken.append(event)

    async def hear(self, report: TrainReport, news: bool) -> None:
        self.told.append(report)
        self.news.append(news)

    async def at(self, moment: int) -> None:
        self.clock.advance(moment)
        await self.night.wake()


async def test_cut_at_two_in_force_at_three(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, document)
    await house.at(TWO - 1)
    assert house.trained == []
    await house.at(TWO + 5000)
    assert house.trained == [TWO] and len(house.told) == 1 and house.taken == []
    await house.at(THREE - 1)
    assert house.taken == []
    await house.at(THREE)
    assert [(event.ts, event.document["version"]) for event in house.taken] == [(THREE, document["version"])]
    await house.at(THREE + STEP)
    assert house.trained == [TWO] and len(house.taken) == 1 and offered(tmp_path) is None


async def test_late_training_waits_for_the_next_boundary(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, document)
    house.slow = EFFECTIVE - CUT + 1
    await house.at(TWO)
    assert house.taken == []
    await house.at(THREE + STEP)
    assert [event.ts for event in house.taken] == [THREE + STEP]


async def test_a_night_slept_through_is_done_late_and_only_the_newest(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, document)
    await house.at(TWO)
    await house.at(THREE)
    house.restarted(in_force=document["version"])
    await house.at(TWO + 3 * DAY + 2 * EFFECTIVE)
    assert house.trained == [TWO, TWO + 3 * DAY]
    assert len(house.taken) == 1, "the same policy again is not taken twice"


async def test_a_restart_between_cut_and_instant_loses_nothing(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, document)
    await house.at(TWO)
    house.restarted()
    await house.at(TWO + STEP)
    assert house.trained == [TWO] and house.taken == []
    await house.at(THREE)
    assert [event.ts for event in house.taken] == [THREE]


async def test_a_policy_by_hand_takes_effect_at_the_next_boundary(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, None)
    leave(tmp_path, document, "hand")
    await house.at(TWO - STEP + 1)
    assert house.taken == []
    await house.at(TWO)
    assert [event.ts for event in house.taken] == [TWO]


async def test_nothing_learned_changes_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, None)
    await house.at(TWO)
    await house.at(THREE)
    assert [report.reason for report in house.told] == ["no_edge"] and house.taken == []


async def test_only_another_reason_or_a_policy_is_news(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, None)
    nights: list[tuple[Reason, bool]] = [
        ("too_few_labels", True), ("too_few_labels", False), ("no_edge", True), ("no_edge", False)
    ]  # fmt: skip
    for night, (reason, news) in enumerate(nights):
        house.reason = reason
        house.restarted()
        await house.at(TWO + night * DAY)
        assert house.news[-1] is news, night
    house.document = document
    for night in (4, 5):
        await house.at(TWO + night * DAY)
    assert house.news[4:] == [True, True] and len(house.told) == 6


async def test_a_failed_training_is_not_tried_again_before_the_next_night(tmp_path: Path) -> None:
    house = House(tmp_path, None)
    house.failing = True
    await house.at(TWO)
    await house.at(THREE)
    assert house.trained == [TWO] and house.told == []
    await house.at(TWO + DAY)
    assert house.trained == [TWO, TWO + DAY]


async def test_a_damaged_offer_is_refused_once(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, None)
    leave(tmp_path, document, "hand").write_text("not json", "utf-8")
    await house.at(TWO)
    assert offered(tmp_path) is None and house.taken == []


async def test_the_scheduler_rings_and_the_clock_decides(tmp_path: Path, document: dict[str, Any]) -> None:
    house = House(tmp_path, document)

    async def pass_time() -> None:
        while not house.taken:
            house.clock.advance(house.clock.now_ms() + STEP // 15)
            await asyncio.sleep(0.01)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        running = group.create_task(house.night.run(wake_seconds=0.05))
        await pass_time()
        running.cancel()
    assert house.trained == [TWO] and house.taken[0].ts == THREE
