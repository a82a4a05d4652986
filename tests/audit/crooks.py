"""Layers that cheat, each in its own way, and a copy of the engine that believes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

HEAD = '''"""{doc} Textbook: none."""

from __future__ import annotations

from engine.layers import base
from engine.layers.base import SWING_HIGH, SWING_LOW, Anchors, Reading
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.params import Params
from engine.records import record, step

NAME = "{name}"
WEIGHT = 0.01
NEEDS = ("candles",)
WARMUP = {warmup}
FACTS = ("number",)
'''
SPEAK = """
@step
def read(s: State, f: Frame, x: Flow, k: Params, r: Reading, a: Anchors) -> None:
    base.absent(r)
    if f.bars.n < 30:
        return
    r.state = base.LIVE
"""
BODIES = {
    # the close of the next bar, kept in the module since an earlier run over the same tape
    "peeker": """
CLOSES: dict[int, float] = {}


@record
class State:
    none: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    CLOSES[f.bars.close_ts] = f.bars.close[(f.bars.n - 1) & 255]

"""
    + SPEAK
    + """    now = f.bars.close[(f.bars.n - 1) & 255]
    r.facts[0] = CLOSES.get(f.bars.close_ts + f.bars.minutes * 60000, 0.0)
    r.score = base.clamp(r.facts[0] - now) if r.facts[0] > 0.0 else 0.0
""",
    # a low that is said to be known since its own bar, three bars before it was confirmed
    "early": """
@record
class State:
    none: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    s.none = 0

"""
    + SPEAK
    + """    w = f.swings
    if w.new_low == 1:
        at = (w.lows - 1) & 15
        known = f.bars.close_ts - 3 * f.bars.minutes * 60000
        base.vouch(a, SWING_LOW, f.bars.minutes, 1, known, w.low[at], w.low[at])
""",
    # a support that goes down with price and keeps its date
    "mover": """
@record
class State:
    known: int
    low: float


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    low = f.bars.low[(f.bars.n - 1) & 255]
    if f.bars.n == 100:
        s.known = f.bars.close_ts
        s.low = low
    s.low = min(s.low, low)

"""
    + SPEAK
    + """    if s.known > 0:
        base.vouch(a, SWING_LOW, f.bars.minutes, 1, s.known, s.low, s.low)
""",
    # an area dated one bar from now
    "tomorrow": """
@record
class State:
    none: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    s.none = 0

"""
    + SPEAK
    + """    if f.bars.n == 120:
        c = f.bars.close[(f.bars.n - 1) & 255]
        base.vouch(a, SWING_HIGH, f.bars.minutes, -1, f.bars.close_ts + f.bars.minutes * 60000, c, c)
""",
    # a resistance at twice the price
    "dreamer": """
@record
class State:
    none: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    s.none = 0

"""
    + SPEAK
    + """    if f.bars.n == 140:
        c = 2.0 * f.bars.close[(f.bars.n - 1) & 255]
        base.vouch(a, SWING_HIGH, f.bars.minutes, -1, f.bars.close_ts, c, c)
""",
    # the bar before opened where it closed
    "forger": """
@record
class State:
    none: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    if f.bars.n > 1:
        f.bars.open[(f.bars.n - 2) & 255] = f.bars.close[(f.bars.n - 2) & 255]

"""
    + SPEAK,
    # a score beyond 1, and a fact that is no number
    "loud": """
@record
class State:
    none: int


@step
def update(s: State, f: Frame, x: Flow, k: Params) -> None:
    s.none = 0

"""
    + SPEAK
    + """    if f.bars.n == 180:
        r.score = 1.5
    if f.bars.n == 190:
        r.facts[0] = float("nan")
""",
}
WARMUPS = {"dreamer": 50}
TRICKS = (
    # the 4h bar is closed one base bar before its time
    (
        "readings.py",
        "    if close_ts % length != 0:\n",
        "    early = length == 14400000 and (close_ts + base_minutes * 60000) % length == 0\n"
        "    if close_ts % length != 0 and not early:\n",
    ),
    # the newest confirmed high moves on with price, as a zigzag's does
    (
        "market/swings.py",
        "    s.new_high = 0\n",
        "    if s.highs > 0 and b.high[(b.n - 1) & 255] > s.high[(s.highs - 1) & 15]:\n"
        "        s.high[(s.highs - 1) & 15] = b.high[(b.n - 1) & 255]\n"
        "    s.new_high = 0\n",
    ),
)
RUN = """
import json, sys
from pathlib import Path
from bot.lint_layers import LintRequest, lint
from bot.lint_report import document
import engine
found = lint(LintRequest(Path(sys.argv[1]), None, int(sys.argv[2]), None, "balanced"), lambda what, share: None)
print(json.dumps({"home": engine.__file__, **document(found)}))
"""


def engine_with(home: Path, names: Iterable[str] = (), tricks: Iterable[tuple[str, str, str]] = ()) -> Path:
    """A copy of the engine under `home` with these layers added and these lines replaced."""
    shutil.copytree(ROOT / "engine", home / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    for name in names:
        text = HEAD.format(doc=name, name=name, warmup=WARMUPS.get(name, 30)) + BODIES[name]
        (home / "engine" / "layers" / f"{name}.py").write_text(text, encoding="utf-8")
    listing = home / "engine" / "layers" / "__init__.py"
    added = "".join(f'    "{name}",\n' for name in names)
    listing.write_text(
        listing.read_text(encoding="utf-8").replace('    "fibo",\n', f'    "fibo",\n{added}'), encoding="utf-8"
    )
    for name, line, wrong in tricks:
        source = home / "engine" / name
        text = source.read_text(encoding="utf-8")
        assert text.count(line) == 1
        source.write_text(text.replace(line, wrong), encoding="utf-8")
    return home


def linted(home: Path, data: Path, cuts: int) -> dict[str, Any]:
    """The report on `data` of the engine found under `home`, run as plain Python in an interpreter of its own."""
    paths = os.pathsep.join((str(home), str(ROOT)))
    command = [sys.executable, "-P", "-W", "error", "-c", RUN, str(data), str(cuts)]
    ran = subprocess.run(
        command, cwd=home, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    report: dict[str, Any] = json.loads(ran.stdout)
    assert Path(report["home"]).parent == home / "engine"
    return report
