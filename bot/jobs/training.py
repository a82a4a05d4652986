"""One night from the label store: read, learn, and leave what was concluded for the live process to take in."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.policy import Policy
from engine.learning.feedback import Feedback, Report, approached
from engine.learning.history import History, limit_of
from engine.learning.labels import OLDEST
from engine.learning.learner import Learner
from engine.learning.past import Conclusion, Past
from engine.learning.raters import Vote
from engine.learning.table import Decision
from engine.learning.waits import Waits, made
from storage import closes, decisions, nights, policies, ways
from storage import said as said_store
from storage.database import Database

FOLDER = "policies"
OFFER = "offer.json"
By = Literal["night", "hand", "watch"]
BY: dict[str, By] = {"night": "night", "hand": "hand", "watch": "watch"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A conclusion that waits to be taken in; `by` says whether a night, a look or a person asked for it."""

    conclusion: Conclusion
    by: By


@dataclass(frozen=True, slots=True)
class Known:
    """What a store knew before a data cut."""

    history: History
    past: Past
    policies: Mapping[str, Policy]
    feedback: Feedback


async def train_now(
    db_url: str, data_dir: Path, cut: int, least: float, by: By = "hand", identity: str = "", offer: bool = True
) -> Conclusion:
    """Learn in this process from everything known before `cut` (ms UTC), reading the database only.

    `least` is c* of the sensitivity, `identity` what is learned about. What was concluded is offered to the live
    process, its policies as files `<data_dir>/policies/<version>.json`; without `offer` nothing is left anywhere.
    Raises ValueError where `db_url` cannot be a database.
    """
    known = await read(db_url, cut)
    conclusion = await asyncio.to_thread(learner_of(known, least, identity).night, cut, by)
    if offer and (by == "night" or conclusion.turns):  # a person who learned nothing leaves nothing
        await asyncio.to_thread(leave, data_dir, conclusion, by)
    return conclusion


async def look_now(db_url: str, data_dir: Path, cut: int, least: float, identity: str = "") -> Conclusion | None:
    """Look between nights, as `train_now` trains; None where there was nothing to conclude, and nothing is left."""
    known = await read(db_url, cut)
    conclusion = await asyncio.to_thread(learner_of(known, least, identity).look, cut)
    if conclusion is not None:
        await asyncio.to_thread(leave, data_dir, conclusion, "watch")
    return conclusion


async def read(db_url: str, cut: int) -> Known:
    """Everything that a store knew before `cut`. Raises ValueError where `db_url` cannot be a database."""
    database = await Database.open(db_url)
    try:
        async with database.read() as conn:
            history = History()
            async for row in decisions.each(conn, cut - 1):
                history.stored(_decision(row))
            priced = await closes.known(conn, cut - OLDEST, cut - 1)
            history.closes = {pair: (np.array(ts), np.array(price)) for pair, (ts, price) in priced.items()}
            history.waits = await _waits(conn, cut)
            past = Past([Conclusion.of(one) for one in await nights.listed(conn, until=cut - 1)])
            named = {turn.version for turn in past.turns()}
            stored = [one for one in await policies.listed(conn) if one.version in named]
            told = await heard(conn, cut)
    finally:
        await database.close()
    return Known(history, past, {one.version: Policy.from_document(one.document) for one in stored}, told)


async def _waits(conn: AsyncConnection, cut: int) -> Waits:
    """Setups that waited, and what their ways had come to before `cut`."""
    found = Waits(await ways.begun(conn, cut - OLDEST, cut - 1))
    async for way in ways.each(conn, cut - OLDEST, cut - 1):
        found.end(way.decision_id, way.way, way.closed_at, made(way.result, way.rr))
    return found


async def heard(conn: AsyncConnection, cut: int) -> Feedback:
    """What people had said of signals before `cut`, and which ends were close."""
    everything = await said_store.said(conn, cut - 1)
    near = [one.decision_id for one in await said_store.ended(conn, cut - 1) if _near(one.signal, one.outcome)]
    return Feedback(
        tuple(
            Vote(one.person, one.decision_id, one.at, int(one.kind == "up"), one.afterwards, one.since)
            for one in everything
            if one.kind != "nofill"
        ),
        tuple(
            Report(one.person, one.decision_id, one.at, one.reason, one.since)
            for one in everything
            if one.kind == "nofill"
        ),
        frozenset(near),
        await said_store.filled(conn, cut - OLDEST, cut - 1),
    )


def _near(signal: Mapping[str, Any], outcome: Mapping[str, Any]) -> bool:
    """Whether both tracks ended alike, within 0.05 R of the other end."""
    if outcome["win"] is None or outcome["result"] != outcome["followable"]["result"]:
        return False
    orders, side = signal["orders"], 1 if signal["side"] == "long" else -1
    fill, mfe, mae = (float(outcome[name]) for name in ("fill_price", "mfe", "mae"))
    return approached(side, float(orders["sl"]), float(orders["tp"][0]), fill, mfe, mae, outcome["win"])


def learner_of(known: Known, least: float, identity: str = "") -> Learner:
    """A learner that has heard what a store knew."""
    learner = Learner(least, known.past, known.policies, identity)
    learner.history = known.history
    learner.feedback = known.feedback
    return learner


def leave(data_dir: Path, conclusion: Conclusion, by: By) -> Path:
    """Write the policies and the offer that names them; a crash in between leaves no half of either."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for version, document in conclusion.policies.items():
        write_whole(folder / f"{version}.json", document)
    write_whole(folder / OFFER, {"by": by, "conclusion": conclusion.document()})
    return folder


def offered(data_dir: Path) -> Offer | None:
    """What waits to be taken in, if anything does. Raises ValueError where it, or a policy it names, is damaged."""
    folder = data_dir / FOLDER
    try:
        note = json.loads((folder / OFFER).read_text("utf-8"))
    except FileNotFoundError:
        return None
    try:
        bare = Conclusion.of(note["conclusion"])
        by = BY[note["by"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{OFFER} is damaged") from error
    found = {turn.version: offered_policy(data_dir, turn.version) for turn in bare.turns}
    return Offer(Conclusion.of(note["conclusion"], found), by)


def offered_policy(data_dir: Path, version: str) -> dict[str, Any]:
    """The policy file of a version. Raises ValueError where it is missing, damaged or another policy."""
    try:
        document: dict[str, Any] = json.loads((data_dir / FOLDER / f"{version}.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"policy file {version} is missing") from error
    if Policy.from_document(document).version != version:
        raise ValueError(f"policy file {version} holds another policy")
    return document


def withdraw(data_dir: Path) -> None:
    """The offer was taken or refused: it waits no more (the policy files stay)."""
    (data_dir / FOLDER / OFFER).unlink(missing_ok=True)


def write_whole(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part."""
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _decision(row: decisions.DecisionRow) -> Decision:
    return Decision(
        decision_id=row.decision_id,
        ts=row.ts,
        pair=row.pair,
        timeframe=row.timeframe,
        regime=row.regime,
        side=row.side,
        features=row.features,
        win=row.win,
        rr=row.rr,
        closed_at=row.closed_at,
        resolution=row.resolution,
        setup_model=row.setup_model,
        reasons=row.reasons,
        result=row.result,
        exit_reason=row.exit_reason,
        mfe_r=row.mfe_r,
        mae_r=row.mae_r,
        limit=_limit(row.side, row.plan),
    )


def _limit(side: int, plan: Mapping[str, Any] | None) -> float | None:
    """How far a kept plan was followed at most (R)."""
    if plan is None:
        return None
    return limit_of(side, plan["entry_high" if side > 0 else "entry_low"], plan["sl"], plan["tp2"])
