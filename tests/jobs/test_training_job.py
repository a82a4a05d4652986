"""Training from a real label store, in this process and in one of its own."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from bot.jobs.report import notice_payload, report_document, report_text
from bot.jobs.trainer import TrainingFailed, train_apart
from bot.jobs.training import leave, offered, offered_policy, train_now, withdraw
from engine.learning.learner import Learner
from tests.jobs.store_of_labels import fill
from tests.learning.world import World

WORLD = World(21, days=30)
LEAST = 0.6


async def test_the_store_trains_the_same_policy_as_its_rows(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows())
    found = await train_now(url, tmp_path, WORLD.end, LEAST)
    learner = Learner(LEAST)
    for row in WORLD.rows():
        learner.history.stored(row)
    assert found.policies == learner.night(WORLD.end, "hand").policies and found.version is not None
    offer = offered(tmp_path)
    assert offer is not None and offer.by == "hand" and offer.conclusion == found
    assert offered_policy(tmp_path, found.version) == found.policies[found.version]
    assert "A new policy" in report_text(found) and "15m/TRENDING" in report_text(found)
    assert notice_payload(found)["result"] == "new"


async def test_a_process_of_its_own_concludes_the_same(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows())
    apart = await train_apart(url, tmp_path, LEAST, "", WORLD.end)
    offer = offered(tmp_path)
    assert offer is not None and offer.by == "night" and offer.conclusion.cut == WORLD.end
    assert apart.reason == "trained" and apart.version == offer.conclusion.version is not None
    here = await train_now(url, tmp_path, WORLD.end, LEAST, "night")
    assert here.document() == json.loads(json.dumps(apart.document()))


async def test_too_few_labels_are_said_and_leave_nothing(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows()[:10])
    found = await train_now(url, tmp_path, WORLD.end, LEAST)
    assert offered(tmp_path) is None and not (tmp_path / "policies").exists()
    assert "Too few labels" in report_text(found) and "Nothing changes" in report_text(found)
    labels = int(found.status["n_eff"])
    assert notice_payload(found) == {"result": "few", "labels": labels, "needed": 100, "version": ""}


async def test_what_was_concluded_survives_json(tmp_path: Path) -> None:
    found = await train_now(await fill(tmp_path, WORLD.rows()), tmp_path, WORLD.end, LEAST)
    document = json.loads(json.dumps(report_document(found)))
    assert document["trained"] is True and document["policy_version"] == found.version
    assert document["labels"] == 900 and document["champion"] == "linear"


async def test_a_training_that_cannot_begin_tells_why(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="DATABASE_URL"):
        await train_apart("mysql://nowhere/else", tmp_path, LEAST, "", WORLD.end)


async def test_a_cancelled_training_leaves_no_process(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows()[:300])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await train_apart(url, tmp_path, LEAST, "", WORLD.end)
    assert _children() == []


def _children() -> list[str]:
    """Trainer processes that this one started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            command = (path.parent / "cmdline").read_bytes().decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid() and state != "Z" and "bot.jobs.trainer" in command:
            found.append(command)
    return found


async def test_a_damaged_offer_or_file_is_refused(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows())
    found = await train_now(url, tmp_path, WORLD.end, LEAST)
    assert found.version is not None
    path = tmp_path / "policies" / f"{found.version}.json"
    path.write_text(path.read_text("utf-8").replace('"mode":"paper"', '"mode":"live"', 1), "utf-8")
    with pytest.raises(ValueError, match="does not match its version"):
        offered(tmp_path)
    path.unlink()
    with pytest.raises(ValueError, match="missing"):
        offered(tmp_path)
    (tmp_path / "policies" / "offer.json").write_text("{}", "utf-8")
    with pytest.raises(ValueError, match="damaged"):
        offered(tmp_path)
    withdraw(tmp_path)
    assert offered(tmp_path) is None
    leave(tmp_path, found, "night")
    again = offered(tmp_path)
    assert again is not None and again.by == "night"
