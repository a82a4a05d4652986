"""Policies, append-only by version, and which one is in force since when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import UnknownSignal
from storage.schema import policies, policy_turns
from storage.text import to_json


class UnknownPolicy(UnknownSignal):
    """No policy of this version is stored."""

    def __init__(self, version: str) -> None:
        super().__init__(version, "policy")


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A policy file as stored; `effective_at` (ms) is when it last came into force, None if never."""

    version: str
    document: dict[str, Any]
    at: int
    effective_at: int | None


async def add(conn: AsyncConnection, document: Mapping[str, Any], at: int, *, version: str | None = None) -> str:
    """Keep a policy under `version` (else the document's own `version`); returns the version.

    The same again changes nothing; other content under a known version raises ValueError.
    """
    name = str(document["version"]) if version is None else version
    raw = to_json(dict(document))
    known = (await conn.execute(select(policies.c.document).where(policies.c.version == name))).first()
    if known is None:
        await conn.execute(policies.insert().values(version=name, document=raw, at=at))
    elif json.loads(known.document) != json.loads(raw):
        raise ValueError(f"policy {name} is known with other content")
    return name


async def get(conn: AsyncConnection, version: str) -> StoredPolicy | None:
    """One policy by its version."""
    row = (await conn.execute(_query().where(policies.c.version == version).limit(1))).first()
    return None if row is None else _stored(row)


async def current(conn: AsyncConnection) -> StoredPolicy | None:
    """The policy in force, None before the first."""
    query = _query().where(policy_turns.c.id.is_not(None)).order_by(None).order_by(policy_turns.c.id.desc())
    row = (await conn.execute(query.limit(1))).first()
    return None if row is None else _stored(row)


async def previous(conn: AsyncConnection) -> StoredPolicy | None:
    """The policy that was in force before the one that is; None where there was no other."""
    now = await current(conn)
    if now is None:
        return None
    query = select(policy_turns.c.version).where(policy_turns.c.version != now.version)
    version: str | None = (await conn.execute(query.order_by(policy_turns.c.id.desc()).limit(1))).scalar()
    return None if version is None else await get(conn, version)


async def listed(conn: AsyncConnection) -> list[StoredPolicy]:
    """All policies, oldest first, each once."""
    rows = (await conn.execute(_query())).all()
    newest = {row.version: _stored(row) for row in reversed(rows)}
    return sorted(newest.values(), key=lambda policy: (policy.at, policy.version))


async def set_current(conn: AsyncConnection, version: str, effective_at: int) -> None:
    """A policy comes into force. Raises UnknownPolicy."""
    if await get(conn, version) is None:
        raise UnknownPolicy(version)
    await conn.execute(policy_turns.insert().values(version=version, effective_at=effective_at))


def _query() -> Select[Any]:
    """Policies with their turns, the newest turn of each first."""
    turns = policies.outerjoin(policy_turns, policy_turns.c.version == policies.c.version)
    query = select(policies, policy_turns.c.effective_at).select_from(turns)
    return query.order_by(policies.c.at.desc(), policies.c.version, policy_turns.c.id.desc())


def _stored(row: Row[Any]) -> StoredPolicy:
    return StoredPolicy(row.version, json.loads(row.document), row.at, row.effective_at)
