"""Training from a real label store, in this process and in one of its own."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from bot.jobs.report import notice_payload, report_document, report_from, report_text
from bot.jobs.trainer import TrainingFailed, train_apart
from bot.jobs.training import leave, offered, offered_document, train_now, withdraw
from engine.decision.policy import Policy
from engine.learning.train import train
from tests.jobs.store_of_labels import fill
from tests.learning.world import World

WORLD = World(21, days=30)


async def test_the_store_trains_the_same_policy_as_its_rows(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows())
    report = await train_now(url, tmp_path, WORLD.end)
    assert report.policy_document == train(WORLD.rows(), cut=WORLD.end).policy_document
    offer = offered(tmp_path)
    assert offer is not None and offer.by == "hand"
    assert Policy.from_document(offered_document(tmp_path, offer)).version == offer.version
    assert "beats the base rate" in report_text(report) and "15m/TRENDING" in report_text(report)
    assert notice_payload(report)["result"] == "new"


async def test_a_process_of_its_own_gives_the_same_report(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows())
    apart = await train_apart(url, tmp_path, WORLD.end)
    offer = offered(tmp_path)
    assert offer is not None and offer.by == "night" and offer.cut == WORLD.end
    assert apart.reason == "trained" and apart.policy_document is not None
    assert apart.policy_document["version"] == offer.version
    here = await train_now(url, tmp_path, WORLD.end)
    assert apart.n == here.n and apart.books.keys() == here.books.keys()


async def test_too_few_labels_are_said_and_leave_nothing(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows()[:10])
    report = await train_now(url, tmp_path, WORLD.end)
    assert offered(tmp_path) is None and not (tmp_path / "policies").exists()
    assert "Too few labels" in report_text(report) and "Nothing changes" in report_text(report)
    assert notice_payload(report) == {"result": "few", "labels": int(report.n_eff), "needed": 100, "version": ""}


async def test_no_edge_is_said_plainly(tmp_path: Path) -> None:
    url = await fill(tmp_path, World(3, edge=0.0, days=30).rows())
    report = await train_now(url, tmp_path, World(3, days=30).end)
    text = report_text(report)
    assert report.reason == "no_edge" and "no edge shown" in text and "of the base rate" in text
    assert offered(tmp_path) is None


async def test_a_report_survives_json(tmp_path: Path) -> None:
    report = train(WORLD.rows(), cut=WORLD.end)
    document = json.loads(json.dumps(report_document(report, whole=True)))
    assert report_from(document) == report
    assert document["metrics"]["brier"] < document["metrics"]["brier_base_rate"]
    short = report_document(report)
    assert "policy_document" not in short and short["trained"] is True


async def test_a_training_that_cannot_begin_tells_why(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="DATABASE_URL"):
        await train_apart("mysql://nowhere/else", tmp_path, WORLD.end)


async def test_a_cancelled_training_leaves_no_process(tmp_path: Path) -> None:
    url = await fill(tmp_path, WORLD.rows()[:300])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await train_apart(url, tmp_path, WORLD.end)
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


def test_a_damaged_offer_or_file_is_refused(tmp_path: Path) -> None:
    document = train(WORLD.rows(), cut=WORLD.end).policy_document
    assert document is not None
    path = leave(tmp_path, document, "night")
    offer = offered(tmp_path)
    assert offer is not None
    path.write_text(path.read_text("utf-8").replace('"mode":"paper"', '"mode":"live"', 1), "utf-8")
    with pytest.raises(ValueError, match="does not match its version"):
        offered_document(tmp_path, offer)
    path.unlink()
    with pytest.raises(ValueError, match="missing"):
        offered_document(tmp_path, offer)
    (tmp_path / "policies" / "offer.json").write_text("{}", "utf-8")
    with pytest.raises(ValueError, match="damaged"):
        offered(tmp_path)
    withdraw(tmp_path)
    assert offered(tmp_path) is None
