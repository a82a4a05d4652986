"""Zero rewritten readings and decisions on every recorded tape: prefixes, late starts, claims, bars, restarts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.lint_layers import Lint, LintRequest, lint
from bot.replay.run import columns_of
from engine.audit import pair
from engine.audit.pair import PairAudit
from engine.params import Params
from storage.recordings import is_pair_folder, load_tape

pytestmark = pytest.mark.recorded
CUTS, FINER = 20, 200


def audited(folder: Path, compiled: str, cuts: int) -> PairAudit:
    tape = load_tape(folder)
    return pair.audit(folder.name, columns_of(tape), tape.instrument.tick, Params(), compiled, cuts, lambda bars: None)


def all_audited(market: Path, compiled: str, cuts: int) -> list[PairAudit]:
    """Every pair of every set, the longest first, two at a time."""
    folders = [folder for folder in market.glob("*/*") if is_pair_folder(folder)]
    folders.sort(key=lambda folder: (-max(path.stat().st_size for path in folder.iterdir()), folder))
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda folder: audited(folder, compiled, cuts), folders))


def assert_clean(found: list[PairAudit], cuts: int) -> None:
    assert len(found) >= 30
    assert [fault for audit in found for fault in audit.faults] == []
    assert all(audit.prefixes == cuts and audit.readings > 1000 for audit in found)
    assert sum(bool(audit.warmth) for audit in found) >= 20  # tapes long enough for a late start


def test_no_reading_is_rewritten_on_any_tape(recorded_market: Path, compiled: str) -> None:
    assert_clean(all_audited(recorded_market, compiled, CUTS), CUTS)


@pytest.mark.slow
def test_no_reading_is_rewritten_on_any_tape_at_finer_cuts(recorded_market: Path, compiled: str) -> None:
    assert_clean(all_audited(recorded_market, compiled, FINER), FINER)


def linted(data: Path, compiled: str) -> Lint:
    return lint(LintRequest(data, None, CUTS, compiled, "balanced"), lambda what, share: None)


def sets_of(market: Path) -> list[Path]:
    sets = {path.parent.parent for path in market.glob("*/*/candles_*.parquet")}
    return sorted(sets, key=lambda folder: sum(path.stat().st_size for path in folder.glob("*/*")))


def test_no_decision_is_rewritten_on_the_smallest_set(recorded_market: Path, compiled: str) -> None:
    found = linted(sets_of(recorded_market)[0], compiled)
    assert found.faults == [] and found.decision_prefixes == CUTS and found.facts > 1000


@pytest.mark.slow
def test_no_decision_is_rewritten_on_any_set(recorded_market: Path, compiled: str) -> None:
    for data in sets_of(recorded_market)[1:]:
        found = linted(data, compiled)
        assert found.faults == [] and found.decision_prefixes == CUTS and found.facts > 1000
