"""A replay that is told to stop leaves nothing behind, and says so."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.replay.leftovers import hold, let_go
from storage.tape import Tape
from tests.replay.test_replay_run import A, B, market
from tests.tapes import record
from tests.whole.process import SHARPSIGNAL

PAIRS = (A, B)


def _plain(tape: Tape) -> Tape:
    return replace(tape, trades=None)


@pytest.fixture(scope="module", params=["over columns", "event by event"])
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    tapes = [market(pair, seed, trades=True, bars=24_000) for seed, pair in enumerate(PAIRS, 3)]
    if request.param == "over columns":
        tapes = [_plain(tape) for tape in tapes]
    yield record(tmp_path_factory.mktemp("recorded"), *tapes)


async def _stopped(data: Path, out: Path, by: signal.Signals) -> tuple[int, str]:
    """Start a replay, stop it when its own temporary folder is filled, and how it ended."""
    pattern = f".{out.name}.*/made/signals.jsonl"
    before = set(out.parent.glob(pattern))
    process = await asyncio.create_subprocess_exec(
        *(SHARPSIGNAL, "replay", "--data", str(data), "--out", str(out), "--decisions"),
        cwd=data,
        env={**os.environ, "SHARPSIGNAL_SENSITIVITY": "active"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120.0):
        while not set(out.parent.glob(pattern)) - before:
            assert process.returncode is None
            await asyncio.sleep(0.005)
        process.send_signal(by)
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda by: str(by.name))
async def test_it_leaves_nothing(data: Path, tmp_path: Path, by: signal.Signals) -> None:
    code, said = await _stopped(data, tmp_path / "results" / "of" / "today", by)
    assert code == 128 + by and said.splitlines()[-1] == "replay: stopped before its end; nothing was written", said
    assert "Traceback" not in said and "Exception" not in said
    assert list(tmp_path.iterdir()) == []


async def test_what_a_killed_one_left_is_cleared_by_the_next(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (await _stopped(data, out, signal.SIGKILL))[0] == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    other, mine = tmp_path / ".out.not-ours", tmp_path / ".out.0123abcd"
    other.mkdir()
    mine.mkdir()
    held = hold(mine)
    assert (await _stopped(data, out, signal.SIGTERM))[0] == 143
    assert not left.exists() and set(tmp_path.iterdir()) == {other, mine}, "one that is in use stays"
    let_go(held)
    (mine / "before").mkdir()
    assert (await _stopped(data, out, signal.SIGTERM))[0] == 143
    assert mine.exists(), "it may hold the files of an earlier run"


async def test_an_older_replay_is_left_as_it_was(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text("{}", encoding="utf-8")
    assert (await _stopped(data, out, signal.SIGTERM))[0] == 143
    assert list(tmp_path.rglob("*")) == [out, out / "summary.json"]
    assert (out / "summary.json").read_text(encoding="utf-8") == "{}"
