"""Questions that wait for a person's answer (storage/chats.py keeps them), ended by the person."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import prompts


async def drop_prompts(conn: AsyncConnection, channel: str, address: str, user_id: str) -> int:
    """Nothing is asked of this person in this chat any more; how many questions that were."""
    here = (prompts.c.channel == channel, prompts.c.address == address, prompts.c.user_id == user_id)
    return (await conn.execute(prompts.delete().where(*here, prompts.c.user_id != ""))).rowcount
