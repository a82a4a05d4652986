"""Two live processes on one store would both publish: the second is refused, a killed first one is no obstacle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.store_lock import StoreLock, StoreTaken

HOLD = (
    "import sys, pathlib; from storage.store_lock import StoreLock\n"
    "with StoreLock(pathlib.Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
)


def test_a_second_holder_is_refused_and_a_killed_one_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "sharpsignal.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        with pytest.raises(StoreTaken) as refused, StoreLock(path):
            pass
        assert refused.value.pid == str(first.pid)
        first.kill()
        first.wait()
    with StoreLock(path):
        pass
