"""The learning loop by hand: train, evaluate, policies, promote, rollback.

What changes something is offered to the live process, which takes it in at its instant; nothing is written to the store
from here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.feeds.replay import time_ms
from bot.jobs.report import moment, report_document, report_text
from bot.jobs.training import Known, learner_of, leave, read, train_now
from bot.settings import Settings
from bot.store_verbs import existing, opened
from engine.learning.evaluation import evaluate as walk_forward
from engine.learning.past import CROWNED, Conclusion
from engine.params import Params, confluence_of, procedure_of
from storage import policies
from storage.policies import StoredPolicy

SHOWN = 12
Say = Callable[[str], None]


async def train(settings: Settings, cut: str | None, as_json: bool, say: Say) -> int:
    """Learn from the label store now; what was concluded is left for the live process to take in."""
    known_by = SystemClock().now_ms() if cut is None else time_ms(cut, "--cut")
    identity = procedure_of(Params(), _least(settings), settings.pairs)
    found = await train_now(existing(settings), settings.data_dir, known_by, _least(settings), identity=identity)
    say(json.dumps(report_document(found), ensure_ascii=False) if as_json else report_text(found))
    return 0


async def evaluate(settings: Settings, cut: str | None, as_json: bool, say: Say) -> int:
    """Walk forward over the whole store as if nothing had been learned before; nothing is changed."""
    known_by = SystemClock().now_ms() if cut is None else time_ms(cut, "--cut")
    known = await read(existing(settings), known_by)
    table = learner_of(known, _least(settings)).history.table
    found = await asyncio.to_thread(walk_forward, table, cut=known_by)
    if as_json:
        say(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    say(f"Labels known at {moment(known_by)}: {found.n} (effective {found.n_eff:.0f})")
    for name, value in found.metrics.items():
        say(f"  {name}: {'–' if value is None else f'{value:.4f}'}")
    say(_FOUND[found.reason])
    return 0


_FOUND = {
    "edge": "Out of sample the forecast surely beats the base rate.",
    "no_edge": "Out of sample the forecast does not surely beat the base rate: no edge shown.",
    "too_few_labels": "Too few labels to learn from.",
    "one_class": "All labels are the same: there is nothing to tell apart.",
    "too_short": "Too few days to test out of sample.",
}


async def listing(settings: Settings, as_json: bool, say: Say) -> int:
    """Every policy, the newest last, and which is in force."""
    db = await opened(settings)
    try:
        async with db.read() as conn:
            stored = await policies.listed(conn)
            current = await policies.current(conn)
    finally:
        await db.close()
    now = None if current is None else current.version
    if as_json:
        say(json.dumps([_row(one, now) for one in stored]))
        return 0
    if not stored:
        say("No policy yet: it needs 100 effective labels, then one is made every night.")
    for one in stored:
        row = _row(one, now)
        since = "never in force" if row["since"] is None else f"since {row['since']}"
        mark = " <- in force" if row["in_force"] else ""
        say(f"{row['version'][:SHOWN]}  {row['procedure']:<13} {since}, {row['labels']} labels{mark}")
    return 0


async def promote(settings: Settings, procedure: str, sure: bool, say: Say) -> int:
    """Make a challenger the champion where its contest has earned it; else say what is missing (exit code 1)."""
    known = await read(existing(settings), SystemClock().now_ms())
    night = known.past.newest()
    contest = {} if night is None else night.status.get("contests", {}).get(procedure)
    if night is None or not contest:
        raise SettingsError(f"promote: no challenger is called {procedure!r}; `sharpsignal policies` lists them")
    if contest["verdict"] != "promote":
        say(f"{procedure} has not earned it: {', '.join(contest['failed'])} still missing. Nothing was changed.")
        return 1
    return await _choose(settings, known, procedure, "chosen", sure, say)


async def rollback(settings: Settings, sure: bool, say: Say) -> int:
    """Back to the procedure that was champion before; exit code 1 where there was none."""
    known = await read(existing(settings), SystemClock().now_ms())
    crowned = known.past.events(*CROWNED)
    before = str(crowned[-1].detail.get("instead_of", "")) if crowned else ""
    if not before:
        say("There is no earlier champion to go back to. Nothing was changed.")
        return 1
    return await _choose(settings, known, before, "rolled_back", sure, say)


async def _choose(settings: Settings, known: Known, procedure: str, kind: str, sure: bool, say: Say) -> int:
    now = SystemClock().now_ms()
    found = chosen(known, procedure, kind, now)
    if found.version is None:
        raise SettingsError(f"{procedure} has no policy yet; after the next night it has one")
    if not sure:
        say(f"{procedure} would take the place of {known.past.champion} (policy {found.version[:SHOWN]}).")
        say("Add --yes to do it. It takes effect at the next quarter hour of the running program.")
        return 1
    await asyncio.to_thread(leave, settings.data_dir, found, "hand")
    say(f"{procedure} is offered to the running program; it takes effect at the next quarter hour.")
    return 0


def chosen(known: Known, procedure: str, kind: str, now: int) -> Conclusion:
    """A person's choice of a procedure: its newest policy comes into force."""
    return known.past.choice(
        procedure, kind, now, {version: policy.document for version, policy in known.policies.items()}
    )


def _least(settings: Settings) -> float:
    return confluence_of(settings.sensitivity, Params())


def _row(one: StoredPolicy, current: str | None) -> dict[str, Any]:
    return {
        "version": one.version,
        "procedure": one.document.get("procedure", ""),
        "labels": one.document.get("labels"),
        "since": None if one.effective_at is None else moment(one.effective_at),
        "in_force": one.version == current,
    }
