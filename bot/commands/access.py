"""Who comes in: /start, the owner's claim, strangers who ask, chats that stop and go on."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.chart import chart_link
from bot.commands.desk import Caller, Desk, reply
from bot.commands.letters import keeper_addresses, notify, owner_addresses
from bot.commands.membership import membership
from bot.commands.notes import note_link
from bot.commands.quiet_chats import may_wake, wake_up
from bot.commands.refusal import refusal
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.names import shown_name
from bot.ports import Answer, Incoming
from storage import audit, chats, people

__all__ = ["entry", "go_on", "membership", "owner_addresses", "start", "stop"]


async def entry(desk: Desk, caller: Caller) -> Answer:
    """Answer /start; whom it has nothing to say to is refused."""
    return await start(desk, caller) or refusal(caller)


async def start(desk: Desk, caller: Caller) -> Answer | None:
    """/start: a welcome; with `claim_<nonce>` the owner's claim, with `note_<number>` a note. None: stay silent."""
    incoming = caller.incoming
    if not caller.direct:
        return Answer(messages=(message(welcome(caller.reader)),)) if caller.may_read else None
    if incoming.args.startswith("claim_"):
        return await _claim(desk, caller, incoming.args.removeprefix("claim_").strip())
    if (noted := await note_link(desk, caller, incoming.args)) is not None:
        return noted
    if (drawn := await chart_link(desk, caller, incoming.args)) is not None:
        return drawn
    if caller.is_owner:
        async with desk.db.write() as conn:
            await _open_chat(desk, conn, incoming)
    if caller.may_read:
        return Answer(messages=(message(welcome(caller.reader)),))
    return await _ask(desk, caller)


def welcome(reader: Reader, last: str | None = None) -> str:
    """What this is, and that it is no advice: the only place where that is said."""
    return lines(
        reader.html("start-welcome"), "", reader.html("start-advice"), "", last or reader.html("start-commands")
    )


async def _claim(desk: Desk, caller: Caller, nonce: str) -> Answer:
    incoming = caller.incoming
    now, here = desk.clock.now_ms(), False
    async with desk.db.write() as conn:
        mine = await people.claim(conn, nonce, incoming.person.channel, incoming.person.user_id, now)
        if mine:
            name = shown_name(incoming.person.name)
            await people.set_person(conn, incoming.person.channel, incoming.person.user_id, name=name, at=now)
            here = await _open_chat(desk, conn, incoming)
            await audit.record(conn, (incoming.person.channel, incoming.person.user_id), "claim", at=now)
    if not mine:
        return reply(caller.reader, "start-claim-failed")
    last = caller.reader.html("start-claimed" if here else "start-claimed-elsewhere")
    return Answer(messages=(message(welcome(caller.reader, last)),))


async def _open_chat(desk: Desk, conn: AsyncConnection, incoming: Incoming) -> bool:
    """An owner's private chat gets signals where no chat is configured for that channel; a shut one opens again.

    Returns whether it gets them now.
    """
    channel = incoming.person.channel
    shut = await chats.chat(conn, channel, incoming.address) is not None
    here = shut or not any(configured == channel for configured, _ in desk.config.chat_ids)
    if here:
        await chats.upsert_chat(conn, channel, incoming.address, active=True, at=desk.clock.now_ms())
    return here


async def _ask(desk: Desk, caller: Caller) -> Answer:
    """A stranger asks to come in: one row, one notice to each owner and admin, however often it is asked."""
    incoming, person = caller.incoming, caller.incoming.person
    now, name = desk.clock.now_ms(), shown_name(person.name)
    async with desk.db.write() as conn:
        keepers = await keeper_addresses(conn, desk.config.owner_ids)
        if await people.ask_approval(conn, person.channel, person.user_id, name, now):
            own = caller.own
            await chats.upsert_chat(
                conn, person.channel, incoming.address, locale=own.locale, timezone=own.zone.key, active=False, at=now
            )
            await chats.deactivate(conn, person.channel, incoming.address, "pending")
            payload = {"name": name, "channel": person.channel, "user_id": person.user_id}
            await notify(conn, keepers, "pending", f"pending:{person.channel}:{person.user_id}", payload, now)
    last = caller.reader.html("start-pending" if keepers else "start-no-owner")
    return Answer(messages=(message(welcome(caller.reader, last)),))


async def stop(desk: Desk, caller: Caller) -> Answer:
    """STOP: nothing more is sent to this chat until START."""
    async with desk.db.write() as conn:
        await chats.deactivate(conn, caller.incoming.person.channel, caller.incoming.address, "stop")
    return reply(caller.reader, "stopped")


async def go_on(desk: Desk, caller: Caller) -> Answer | None:
    """START: signals again for a chat that said STOP; for anyone else what /start does."""
    if not await _reopen(desk, caller.incoming):
        return await start(desk, caller)
    return reply(caller.reader, "started-again")


async def _reopen(desk: Desk, incoming: Incoming) -> bool:
    channel = incoming.person.channel
    async with desk.db.write() as conn:
        if not await may_wake(conn, channel, incoming.address, ("stop", "left", "blocked")):
            return False
        await wake_up(conn, desk.config.owner_ids, channel, incoming.address, desk.clock.now_ms())
    return True
