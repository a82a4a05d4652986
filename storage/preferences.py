"""What a person or a chat wants, a named value each: quiet hours, pairs, risk, digest, routes.

Values are text whose meaning is their owner's (JSON where there is more than one thing to say); a name that was never
put has none.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.schema import preferences
from storage.text import storable
from storage.upsert import insert

Scope = Literal["person", "chat"]
_VALUE = prepared(
    select(preferences.c.value).where(
        *(
            preferences.c[column] == bindparam(key)
            for column, key in {"scope": "scope", "channel": "channel", "id": "ident", "name": "name"}.items()
        ),
    )
)
_NAMED = prepared(
    select(preferences.c.channel, preferences.c.id, preferences.c.value).where(
        preferences.c.scope == bindparam("scope"), preferences.c.name == bindparam("name")
    )
)


async def get(conn: AsyncConnection, scope: Scope, channel: str, ident: str, name: str) -> str | None:
    """The value of one name; `ident` is a user id (person) or an address (chat). None where nothing was put."""
    which = {"scope": scope, "channel": channel, "ident": ident, "name": name}
    found: str | None = (await conn.execute(_VALUE, which)).scalar()
    return found


async def put(conn: AsyncConnection, scope: Scope, channel: str, ident: str, name: str, value: str | None) -> None:
    """Keep a value in place of the one before; None forgets it."""
    if value is None:
        await conn.execute(preferences.delete().where(_of(scope, channel, ident), preferences.c.name == name))
        return
    kept = storable(value)
    row = {"scope": scope, "channel": channel, "id": ident, "name": name, "value": kept}
    key = ["scope", "channel", "id", "name"]
    statement = insert(conn, preferences).values(row)
    await conn.execute(statement.on_conflict_do_update(index_elements=key, set_={"value": kept}))


async def of(conn: AsyncConnection, scope: Scope, channel: str, ident: str) -> dict[str, str]:
    """Everything one person or chat has put, by name."""
    query = select(preferences.c.name, preferences.c.value).where(_of(scope, channel, ident))
    return {name: value for name, value in await conn.execute(query.order_by(preferences.c.name))}


async def named(conn: AsyncConnection, scope: Scope, name: str) -> dict[tuple[str, str], str]:
    """Everyone's value of one name, by (channel, ident): one query for hundreds of chats."""
    rows = await conn.execute(_NAMED, {"scope": scope, "name": name})
    return {(channel, ident): value for channel, ident, value in rows}


def _of(scope: Scope, channel: str, ident: str) -> Any:
    return and_(preferences.c.scope == scope, preferences.c.channel == channel, preferences.c.id == ident)
