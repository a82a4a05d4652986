"""`sharpsignal train` and `sharpsignal replay --policy` as processes: what they print, and their exit codes."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.replay.writer import NAMES
from engine.decision.policy import Policy
from engine.decision.signal import iso
from tests.learning.planted import CUT_MS, PAIRS, Replayed, url_in
from tests.whole.process import Program, Ran

CUT = iso(CUT_MS)


async def call(home: Path, *words: str) -> Ran:
    home.mkdir(parents=True, exist_ok=True)
    async with Program(home, {"SHARPSIGNAL_SENSITIVITY": "active"}) as program:
        return await program.verb(*words)


def house_with(lived: Replayed, home: Path) -> Path:
    """A house of its own over a copy of a store that somebody else's test may use too."""
    shutil.copytree(lived.home, home / "data", ignore=shutil.ignore_patterns("policies"))
    return home


@pytest.fixture(scope="module")
def trained(with_edge: Replayed, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A house whose owner ran `train --json`, and what it printed."""
    home = house_with(with_edge, tmp_path_factory.mktemp("house") / "home")
    ran = asyncio.run(call(home, "train", "--cut", CUT, "--json"))
    assert ran.code == 0, ran.err
    return home, json.loads(ran.out)


def test_train_says_what_it_found_and_leaves_a_policy(trained: tuple[Path, dict[str, Any]]) -> None:
    home, report = trained
    assert report["trained"] is True and report["reason"] == "trained" and report["cut_ms"] == CUT_MS
    document = json.loads((home / f"data/policies/{report['policy_version']}.json").read_text("utf-8"))
    assert Policy.from_document(document).version == report["policy_version"]
    assert json.loads((home / "data/policies/offer.json").read_text("utf-8"))["by"] == "hand"


async def test_train_and_evaluate_speak_to_people(without_edge: Replayed, tmp_path: Path) -> None:
    home = house_with(without_edge, tmp_path / "home")
    ran = await call(home, "train", "--cut", CUT)
    assert ran.code == 0 and ran.err == "", ran.err
    assert ran.out.startswith(f"Labels known at {CUT}") and "A new policy" in ran.out
    walked = await call(home, "evaluate", "--cut", CUT)
    assert walked.code == 0 and "no edge shown" in walked.out and "brier_base_rate" in walked.out
    listed = await call(home, "policies")
    assert listed.code == 0 and "No policy yet" in listed.out, "the live process has not taken it in"
    for words in (("promote", "recent", "--yes"), ("rollback", "--yes")):
        refused = await call(home, *words)
        assert refused.code in (1, 2) and "Traceback" not in refused.err, words


async def test_train_without_a_store_or_with_a_wrong_cut_is_wrong_use(with_edge: Replayed, tmp_path: Path) -> None:
    nothing = await call(tmp_path / "empty", "train")
    assert nothing.code == 2 and "there is no label store" in nothing.err and nothing.out == ""
    home = house_with(with_edge, tmp_path / "home")
    wrong = await call(home, "train", "--cut", "yesterday")
    assert wrong.code == 2 and wrong.err.startswith("--cut") and "Traceback" not in wrong.err
    assert url_in(home / "data").endswith("sharpsignal.db") and not (home / "data/policies").exists()


async def test_a_replay_under_a_policy(
    with_edge: Replayed, trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    home, report = trained
    policy = home / f"data/policies/{report['policy_version']}.json"
    words = ("--data", str(with_edge.data), "--pairs", PAIRS[0], "--policy", str(policy))
    ran = await call(tmp_path / "home", "replay", *words, "--out", "out", "--json", "--decisions")
    assert ran.code == 0, ran.err
    summary = json.loads(ran.out)
    assert summary["policy_version"] == report["policy_version"]
    out = tmp_path / "home/out"
    assert {path.name for path in out.iterdir()} == set(NAMES) - {"learning.json"}
    lines = [json.loads(line) for line in (out / "signals.jsonl").read_text("utf-8").splitlines()]
    assert lines and {line["policy_version"] for line in lines} == {report["policy_version"]}
    assert any(line["p_win"] is not None for line in lines)


async def test_a_changed_byte_is_refused_by_name(
    with_edge: Replayed, trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    home, report = trained
    raw = bytearray((home / f"data/policies/{report['policy_version']}.json").read_bytes())
    at = raw.index(b'"margin":0.') + len('"margin":0.')
    raw[at] = ord("1") if raw[at] != ord("1") else ord("2")
    (tmp_path / "mine.json").write_bytes(raw)
    words = ("--data", str(with_edge.data), "--policy", "mine.json", "--out", "out")
    ran = await call(tmp_path, "replay", *words)
    assert ran.code == 2 and ran.out == "" and "Traceback" not in ran.err
    assert "--policy: mine.json" in ran.err and "does not match its version" in ran.err
    assert not (tmp_path / "out").exists()


async def test_a_policy_over_no_bars_at_all(
    with_edge: Replayed, trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    home, report = trained
    policy = home / f"data/policies/{report['policy_version']}.json"
    words = ("--data", str(with_edge.data), "--policy", str(policy), "--out", "out", "--end", "2020-01-01")
    ran = await call(tmp_path, "replay", *words, "--json")
    assert ran.code == 2 and "no bar lies in it" in ran.err and ran.out == ""
