"""Everything about one person leaves the store: what is theirs is deleted, what counts for all loses its name.

Votes and reasons stay under a made-up name that leads nowhere; notes, deeds, settings, messages to and from them go. An
owner keeps the bare right (people, claims): without it nobody could stop the bot. The ledger holds no person.
`Database.fold` afterwards takes the old pages out of the log, and deleted bytes are overwritten (secure_delete).
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from sqlalchemy import String, Table, and_, cast, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import whatsapp
from storage.schema import (
    audit,
    cards,
    chats,
    deliveries,
    feedback_events,
    grants,
    identities,
    inbox,
    outbox,
    pace,
    people,
    preferences,
    prompts,
    reasons,
    revisions,
    takes,
    votes,
    web_messages,
    windows,
)  # fmt: skip

Deleted = dict[str, int]
GONE = "gone-"  # how a made-up name begins


async def erase(conn: AsyncConnection, channel: str, user_id: str, *, event_id: str = "") -> Deleted:
    """Forget one identity; how many rows of each table were touched. `event_id`: the update that asked for it."""
    gone = f"{GONE}{secrets.token_hex(8)}"
    found: Deleted = {}
    for table, mine in _theirs(channel, user_id):
        _count(found, table, (await conn.execute(delete(table).where(mine))).rowcount)
    if channel == "whatsapp":
        sent, window = await whatsapp.forget(conn, user_id)
        _count(found, deliveries, sent)
        _count(found, windows, window)
    await _events(conn, found, channel, user_id, gone)
    for table in (votes, reasons):
        mine = and_(table.c.channel == channel, table.c.user_id == user_id)
        _count(found, table, (await conn.execute(update(table).where(mine).values(user_id=gone))).rowcount)
    await _people(conn, found, channel, user_id, gone)
    await _mentions(conn, found, channel, user_id, event_id)
    return {name: count for name, count in found.items() if count}


def _theirs(channel: str, user_id: str) -> list[tuple[Table, Any]]:
    """Tables whose rows of this person go, with the condition that names them; a private chat is the person's."""
    found: list[tuple[Table, Any]] = [
        (table, and_(table.c.channel == channel, table.c.user_id == user_id)) for table in (grants, takes, identities)
    ]
    for table in (prompts, outbox, revisions, cards, chats):
        found.append((table, and_(table.c.channel == channel, table.c.address == user_id)))
    found.append((prompts, and_(prompts.c.channel == channel, prompts.c.user_id == user_id)))
    found.append((preferences, and_(preferences.c.channel == channel, preferences.c.id == user_id)))
    found.append((identities, identities.c.person == f"{channel}:{user_id}"))
    found.append((pace, and_(pace.c.channel == channel, pace.c.chat == user_id)))
    if channel == "web":
        found.append((web_messages, or_(web_messages.c.author == user_id, web_messages.c.address == user_id)))
    return found


async def _events(conn: AsyncConnection, found: Deleted, channel: str, user_id: str, gone: str) -> None:
    """Notes go; taps lose their name and the channel's id of the update."""
    mine = and_(feedback_events.c.channel == channel, feedback_events.c.user_id == user_id)
    notes = delete(feedback_events).where(mine, feedback_events.c.kind == "note")
    _count(found, feedback_events, (await conn.execute(notes)).rowcount)
    nameless = {"user_id": gone, "event_id": gone + ":" + cast(feedback_events.c.id, String)}
    _count(found, feedback_events, (await conn.execute(update(feedback_events).where(mine).values(nameless))).rowcount)


async def _people(conn: AsyncConnection, found: Deleted, channel: str, user_id: str, gone: str) -> None:
    """The person's own row (an owner's stays bare), and where they decided or did something about others."""
    mine = and_(people.c.channel == channel, people.c.user_id == user_id)
    others = and_(mine, people.c.role != "owner")
    _count(found, people, (await conn.execute(delete(people).where(others))).rowcount)
    await conn.execute(update(people).where(mine).values(name="", locale=None, timezone=None))
    names = (user_id, f"{channel}:{user_id}")
    await conn.execute(update(people).where(people.c.decided_by.in_(names)).values(decided_by=gone))
    await conn.execute(update(grants).where(grants.c.granted_by.in_(names)).values(granted_by=gone))
    did = and_(audit.c.channel == channel, audit.c.user_id == user_id)
    _count(found, audit, (await conn.execute(update(audit).where(did).values(user_id=gone))).rowcount)


async def _mentions(conn: AsyncConnection, found: Deleted, channel: str, user_id: str, event_id: str) -> None:
    """Raw updates, notices about the person and deeds done to them, wherever the id stands in a text."""
    bare = user_id.removeprefix("+")
    word = re.compile(rf"(?<![0-9A-Za-z]){re.escape(bare)}(?![0-9A-Za-z])")
    own = and_(inbox.c.update_id == event_id, inbox.c.payload != "")
    done = and_(or_(inbox.c.done == 1, own), inbox.c.payload.contains(bare, autoescape=True))
    rows = (await conn.execute(select(inbox.c.id, inbox.c.payload).where(done))).all()
    for ident in [row.id for row in rows if word.search(row.payload)]:
        await conn.execute(update(inbox).where(inbox.c.id == ident).values(payload="", note=""))
        _count(found, inbox, 1)
    told = and_(outbox.c.kind == "notice", outbox.c.payload.contains(bare, autoescape=True))
    notices = (await conn.execute(select(outbox.c.id, outbox.c.payload, outbox.c.dedupe_key).where(told))).all()
    for ident in [row.id for row in notices if word.search(row.payload)]:
        await conn.execute(delete(outbox).where(outbox.c.id == ident))
        _count(found, outbox, 1)
    for column in (audit.c.target, audit.c.detail):
        deeds = (await conn.execute(select(audit.c.id, column).where(column.contains(bare, autoescape=True)))).all()
        for ident, text in deeds:
            await conn.execute(update(audit).where(audit.c.id == ident).values({column.name: word.sub("…", text)}))


def _count(found: Deleted, table: Table, count: int) -> None:
    found[table.name] = found.get(table.name, 0) + count
