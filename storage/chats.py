"""Chats that get signals, and the note prompts that wait for an answer in them (people: storage/people.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import moves
from storage.people import PersonRow, claim, create_claim, open_claim, owners, person, set_person
from storage.prepared import prepared
from storage.schema import cards, chats, outbox, preferences, prompts, revisions
from storage.text import storable
from storage.upsert import insert

__all__ = [
    "Chat",
    "PersonRow",
    "Prompt",
    "active_chats",
    "add_prompt",
    "chat",
    "claim",
    "create_claim",
    "deactivate",
    "drop_prompt",
    "latest_prompt",
    "move",
    "open_claim",
    "owners",
    "person",
    "prompt",
    "set_person",
    "upsert_chat",
]


_ACTIVE = prepared(select(chats).where(chats.c.active == 1).order_by(chats.c.channel, chats.c.address))
_CHAT = prepared(select(chats).where(chats.c.channel == bindparam("channel"), chats.c.address == bindparam("address")))
KEPT_OUT = ("pending", "rejected", "removed", "unlisted")


@dataclass(frozen=True, slots=True)
class Chat:
    """A place messages go to. `locale` and `timezone` None mean the installation's; `reason` why it is not active."""

    channel: str
    address: str
    title: str
    topic: str | None
    locale: str | None
    timezone: str | None
    active: bool
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """A message of ours that asked for a note on signal `number`; `user_id` is whom it asked ("" anyone)."""

    channel: str
    address: str
    message_id: str
    user_id: str
    number: int
    demo: bool
    at: int


async def upsert_chat(
    conn: AsyncConnection,
    channel: str,
    address: str,
    *,
    title: str | None = None,
    topic: str | None = None,
    locale: str | None = None,
    timezone: str | None = None,
    active: bool | None = None,
    at: int = 0,
) -> Chat:
    """Make a chat known (active) or change what is given; what is None stays as it was."""
    given: dict[str, Any] = {
        "title": None if title is None else storable(title),
        "topic": topic,
        "locale": locale,
        "timezone": timezone,
        "active": None if active is None else int(active),
    }
    if active:
        given["reason"] = ""
    change = {name: value for name, value in given.items() if value is not None}
    statement = insert(conn, chats).values(channel=channel, address=address, at=at, **change)
    key = ["channel", "address"]
    await conn.execute(
        statement.on_conflict_do_update(index_elements=key, set_=change)
        if change
        else statement.on_conflict_do_nothing()
    )
    found = await chat(conn, channel, address)
    assert found is not None
    return found


async def chat(conn: AsyncConnection, channel: str, address: str) -> Chat | None:
    """One chat, active or not."""
    row = (await conn.execute(_CHAT, {"channel": channel, "address": address})).first()
    return None if row is None else _chat(row)


async def active_chats(conn: AsyncConnection, channel: str | None = None) -> list[Chat]:
    """The chats that get signals, of one channel or of all."""
    query = _ACTIVE if channel is None else _ACTIVE.where(chats.c.channel == channel)
    return [_chat(row) for row in await conn.execute(query)]


async def deactivate(conn: AsyncConnection, channel: str, address: str, reason: str) -> None:
    """Stop sending to a chat (blocked, left, …). What waits for it in the outbox is the sender's to end.

    A chat that an owner has yet to let in (or did not) stays that: no other reason opens a way around the owner.
    """
    mine = _is(channel, address)
    if reason not in KEPT_OUT:
        mine = and_(mine, chats.c.reason.not_in(KEPT_OUT))
    await conn.execute(update(chats).where(mine).values(active=0, reason=storable(reason)))


async def move(conn: AsyncConnection, channel: str, old: str, new: str) -> None:
    """A chat got a new address (Telegram: group to supergroup): all that belongs to it moves along.

    Its settings, what waits for it, and what was sent there with its message ids: replies and edits still find their
    post. Where the new address is known already, it keeps its own settings and the old chat is closed as migrated.
    """
    if await chat(conn, channel, new) is None:
        await conn.execute(update(chats).where(_is(channel, old)).values(address=new))
    else:
        await deactivate(conn, channel, old, "migrated")
    await _move_rows(conn, outbox, ("dedupe_key",), channel, old, new)
    await _move_rows(conn, prompts, ("message_id",), channel, old, new)
    await _move_rows(conn, cards, ("kind",), channel, old, new)
    await _move_rows(conn, revisions, ("number", "rev"), channel, old, new)
    wishes = and_(preferences.c.channel == channel, preferences.c.id == old, preferences.c.scope == "chat")
    wishes = and_(wishes, preferences.c.name != moves.NAME)
    there = preferences.alias("there")
    same = and_(there.c.channel == channel, there.c.id == new, there.c.scope == "chat")
    known = select(there.c.id).where(same, there.c.name == preferences.c.name).exists()
    await conn.execute(update(preferences).where(wishes, ~known).values(id=new))
    await moves.note(conn, channel, old, new)


async def _move_rows(conn: AsyncConnection, table: Table, key: Sequence[str], channel: str, old: str, new: str) -> None:
    """Rows of the old address become rows of the new one, where it has none of the same key."""
    there = table.alias("there")
    same = and_(there.c.channel == channel, there.c.address == new, *(there.c[name] == table.c[name] for name in key))
    mine = and_(table.c.channel == channel, table.c.address == old)
    await conn.execute(update(table).where(mine, ~select(there.c.address).where(same).exists()).values(address=new))


async def add_prompt(
    conn: AsyncConnection,
    channel: str,
    address: str,
    message_id: str,
    number: int,
    *,
    user_id: str = "",
    demo: bool = False,
    at: int = 0,
) -> None:
    """Remember that our message asks for a note on a signal; the newest meaning of a message id stands."""
    fresh = {"number": number, "user_id": user_id, "demo": int(demo), "at": at}
    statement = insert(conn, prompts).values(channel=channel, address=address, message_id=message_id, **fresh)
    key = ["channel", "address", "message_id"]
    await conn.execute(statement.on_conflict_do_update(index_elements=key, set_=fresh))


async def prompt(conn: AsyncConnection, channel: str, address: str, message_id: str) -> Prompt | None:
    """The prompt that a reply answers."""
    here = and_(prompts.c.channel == channel, prompts.c.address == address)
    row = (await conn.execute(select(prompts).where(here, prompts.c.message_id == message_id))).first()
    return None if row is None else _prompt(row)


async def latest_prompt(conn: AsyncConnection, channel: str, address: str, user_id: str) -> Prompt | None:
    """The newest prompt to one person in one chat (for channels without replies)."""
    here = and_(prompts.c.channel == channel, prompts.c.address == address, prompts.c.user_id == user_id)
    query = select(prompts).where(here).order_by(prompts.c.at.desc(), prompts.c.message_id.desc()).limit(1)
    row = (await conn.execute(query)).first()
    return None if row is None else _prompt(row)


async def drop_prompt(conn: AsyncConnection, channel: str, address: str, message_id: str) -> None:
    """A prompt was answered."""
    here = and_(prompts.c.channel == channel, prompts.c.address == address)
    await conn.execute(prompts.delete().where(here, prompts.c.message_id == message_id))


def _is(channel: str, address: str) -> Any:
    return and_(chats.c.channel == channel, chats.c.address == address)


def _chat(row: Row[Any]) -> Chat:
    return Chat(**{**row._mapping, "active": bool(row.active)})


def _prompt(row: Row[Any]) -> Prompt:
    return Prompt(**{**row._mapping, "demo": bool(row.demo)})
