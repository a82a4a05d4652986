"""A ninth layer is a file and one line: the one of docs/honesty.md in a copy of the engine, run both ways."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from tests.conftest import ROOT

(LAYER,) = re.findall(
    r"^```python\n(.*?)^```$", (ROOT / "docs/honesty.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
RUN = """
import json, sys
from pathlib import Path
import engine
from engine import layers, readings
from engine.decision.tick import Decided
from tests.engine.runs import batch_ticks, feed_over, live_ticks

folder = Path(sys.argv[1])
live = live_ticks(feed_over(folder))
equal = None if sys.argv[2] == "live" else live == batch_ticks(feed_over(folder), "")
decided = [fact for tick in live for fact in tick.facts if isinstance(fact, Decided)]
print(json.dumps({
    "home": engine.__file__, "names": layers.NAMES, "weights": readings.PRIOR_WEIGHTS, "equal": equal,
    "facts": sum(len(tick.facts) for tick in live),
    "features": [dict(fact.features) for fact in decided],
}))
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    tape(folder, SimulatedMarket(11, ("SOL-USDT-SWAP",), 2.0), 6, without=frozenset({"trades"}))
    return folder


def run(home: Path, market: Path, ways: str) -> dict[str, Any]:
    """The engine found under `home`, in an interpreter of its own, over the market."""
    paths = os.pathsep.join((str(home), str(ROOT)))
    command = [sys.executable, "-P", "-W", "error", "-c", RUN, str(market), ways]
    ran = subprocess.run(
        command, cwd=home, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


def test_a_ninth_layer_is_a_file_and_one_line(tmp_path: Path, market: Path) -> None:
    home = tmp_path / "engine"
    shutil.copytree(ROOT / "engine", home, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "layers" / "lean.py").write_text(LAYER, encoding="utf-8")
    listing = home / "layers" / "__init__.py"
    text = listing.read_text(encoding="utf-8")
    listed = text.replace('    "fibo",\n', '    "fibo",\n    "lean",\n')
    assert len(listed.splitlines()) == len(text.splitlines()) + 1
    listing.write_text(listed, encoding="utf-8")
    eight, nine = run(ROOT, market, "live"), run(tmp_path, market, "both")
    assert Path(nine["home"]).parent == home
    assert nine["names"] == [*eight["names"], "lean"]
    assert nine["weights"] == {**eight["weights"], "lean": 0.25}
    assert nine["equal"] and nine["facts"] > 50
    spoke = [features["score_lean"] for features in nine["features"]]
    assert None not in spoke and min(spoke) < 0.0 < max(spoke)
    assert all(0.0 < features["coverage"] <= 1.0 for features in nine["features"])
    assert [f["confluence"] for f in eight["features"]] != [f["confluence"] for f in nine["features"]]
