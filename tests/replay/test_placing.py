"""A run is stopped or killed at every step of its way into OUT: what stands there is of one run, whole or unmarked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.replay.writer import NAMES

# Ends, or is interrupted, at the n-th thing that is done to a file while a run is put in place
SCRIPT = """
import os, sys
from pathlib import Path
from bot.replay.placing import place

how, last, home, names = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:]
done = 0

def watch(event, args):
    global done
    if event in ("os.rename", "os.remove", "os.mkdir"):
        done += 1
        if done == last:
            if how == "kill":
                os._exit(9)
            raise KeyboardInterrupt

sys.addaudithook(watch)
try:
    place(home / "made", home / "out", names, home / "before")
except KeyboardInterrupt:
    sys.exit(130)
"""
STEPS = 1 + len(NAMES) + len(NAMES) - 1  # a folder, all of the earlier run, and this one, which has no decisions
OURS = [name for name in NAMES if name != "decisions.jsonl"]


def _told(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def _placed(home: Path, how: str, last: int, before: dict[str, str]) -> tuple[int, dict[str, str]]:
    for folder, files in ("made", dict.fromkeys(OURS, "new")), ("out", before):
        (home / folder).mkdir(parents=True)
        for name, text in files.items():
            (home / folder / name).write_text(text, encoding="utf-8")
    return _run(home, how, last), _told(home / "out")


def _run(home: Path, how: str, last: int) -> int:
    return subprocess.run([sys.executable, "-c", SCRIPT, how, str(last), str(home), *NAMES], check=False).returncode


@pytest.mark.parametrize("before", [dict.fromkeys(NAMES, "old"), {}], ids=["over an earlier run", "beside other files"])
def test_an_interrupted_one_leaves_out_as_it_was(tmp_path: Path, before: dict[str, str]) -> None:
    before = {**before, "notes.txt": "mine"}
    steps = STEPS if len(before) > 1 else 1 + len(OURS)
    for last in range(1, steps + 1):
        code, found = _placed(tmp_path / str(last), "stop", last, before)
        assert (code, found) == (130, before), last
    code, found = _placed(tmp_path / "whole", "stop", steps + 1, before)
    assert (code, found) == (0, {**dict.fromkeys(OURS, "new"), "notes.txt": "mine"})


def test_a_kill_leaves_files_of_one_run_and_the_mark_only_where_all_are_there(tmp_path: Path) -> None:
    before = {**dict.fromkeys(NAMES, "old"), "notes.txt": "mine"}
    for last in range(1, STEPS + 1):
        home = tmp_path / str(last)
        code, found = _placed(home, "kill", last, before)
        assert code == 9 and found.pop("notes.txt") == "mine"
        assert len(set(found.values())) <= 1, (last, found)
        if "summary.json" in found:
            assert set(found) == set(NAMES), last
        elif "new" in found.values():
            assert _told(home / "before") == dict.fromkeys(NAMES, "old")


def test_a_folder_that_was_not_there_comes_at_once(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "summary.json").write_text("new", encoding="utf-8")
    assert _run(tmp_path, "kill", 2) == 0 and [path.name for path in tmp_path.iterdir()] == ["out"]
