"""One training from the label store: read, learn, and leave a policy file for the live process to take in."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.decision.policy import Policy
from engine.learning.labels import Decision
from engine.learning.train import TrainReport, train
from storage import decisions, policies
from storage.database import Database

FOLDER = "policies"
OFFER = "offer.json"
By = Literal["night", "hand"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A policy that waits to be taken in; `by` says whether the night or a person asked for it."""

    version: str
    cut: int
    by: By


async def train_now(db_url: str, data_dir: Path, cut: int, by: By = "hand") -> TrainReport:
    """Train in this process on every label known at `cut` (ms UTC), reading the database only.

    A policy that earned it is written to `<data_dir>/policies/<version>.json` and offered to the live process; else
    nothing changes. Raises ValueError where `db_url` cannot be a database.
    """
    database = await Database.open(db_url)
    try:
        async with database.read() as conn:
            rows = await decisions.rows(conn, until=cut, final=True)
            stored = await policies.current(conn)
    finally:
        await database.close()
    current = None if stored is None else _readable(stored.document)
    report = await asyncio.to_thread(train, [_decision(row) for row in rows], cut=cut, current=current)
    if report.policy_document is not None:
        await asyncio.to_thread(leave, data_dir, report.policy_document, by)
    return report


def leave(data_dir: Path, document: dict[str, Any], by: By) -> Path:
    """Write a policy file and the offer that names it; a crash in between leaves no half of either."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{document['version']}.json"
    write_whole(path, document)
    write_whole(folder / OFFER, {"version": document["version"], "cut": document["cut"], "by": by})
    return path


def offered(data_dir: Path) -> Offer | None:
    """The policy that waits, if one does. Raises ValueError where the note about it is damaged."""
    try:
        note = json.loads((data_dir / FOLDER / OFFER).read_text("utf-8"))
    except FileNotFoundError:
        return None
    try:
        return Offer(str(note["version"]), int(note["cut"]), "night" if note["by"] == "night" else "hand")
    except (KeyError, TypeError) as error:
        raise ValueError(f"{OFFER} is damaged") from error


def offered_document(data_dir: Path, offer: Offer) -> dict[str, Any]:
    """The file an offer names. Raises ValueError where it is missing, damaged or another policy."""
    try:
        document: dict[str, Any] = json.loads((data_dir / FOLDER / f"{offer.version}.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"policy file {offer.version} is missing") from error
    if Policy.from_document(document).version != offer.version:
        raise ValueError(f"policy file {offer.version} holds another policy")
    return document


def withdraw(data_dir: Path) -> None:
    """The offer was taken or refused: it waits no more (the policy file stays)."""
    (data_dir / FOLDER / OFFER).unlink(missing_ok=True)


def write_whole(path: Path, content: dict[str, Any]) -> None:
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
    )


def _readable(document: dict[str, Any]) -> Policy | None:
    """The policy in force, None where a later version of the program wrote it."""
    try:
        return Policy.from_document(document)
    except ValueError:
        return None
