"""Who comes in: /start, the owner's claim, strangers who ask, owners who decide, chats that stop and go on."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.desk import KEPT_OUT, Caller, Desk, reply, toast
from bot.commands.notes import note_link
from bot.commands.refusal import refusal
from bot.messages.buttons import ApprovalTap, read_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer, Incoming
from storage import chats, outbox, people


async def entry(desk: Desk, caller: Caller) -> Answer:
    """Answer /start; whom it has nothing to say to is refused."""
    return await start(desk, caller) or refusal(caller)


async def start(desk: Desk, caller: Caller) -> Answer | None:
    """/start: a welcome; with `claim_<nonce>` the owner's claim, with `note_<number>` a note. None: stay silent."""
    incoming = caller.incoming
    if not incoming.private:
        return Answer(messages=(message(welcome(caller.reader)),)) if caller.may_read else None
    if incoming.args.startswith("claim_"):
        return await _claim(desk, caller, incoming.args.removeprefix("claim_").strip())
    if (noted := await note_link(desk, caller, incoming.args)) is not None:
        return noted
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
    now = desk.clock.now_ms()
    async with desk.db.write() as conn:
        mine = await people.claim(conn, nonce, incoming.person.channel, incoming.person.user_id, now)
        if mine:
            name = incoming.person.name
            await people.set_person(conn, incoming.person.channel, incoming.person.user_id, name=name, at=now)
            await _open_chat(desk, conn, incoming)
    if not mine:
        return reply(caller.reader, "start-claim-failed")
    return Answer(messages=(message(welcome(caller.reader, caller.reader.html("start-claimed"))),))


async def _open_chat(desk: Desk, conn: AsyncConnection, incoming: Incoming) -> None:
    """An owner's private chat gets signals where no chat is configured for that channel."""
    channel = incoming.person.channel
    if not any(configured == channel for configured, _ in desk.config.chat_ids):
        await chats.upsert_chat(conn, channel, incoming.address, active=True, at=desk.clock.now_ms())


async def _ask(desk: Desk, caller: Caller) -> Answer:
    """A stranger asks to come in: one row, one notice to each owner, however often it is asked."""
    incoming, person = caller.incoming, caller.incoming.person
    now = desk.clock.now_ms()
    async with desk.db.write() as conn:
        owners = await owner_addresses(conn, desk.config.owner_ids)
        if await people.ask_approval(conn, person.channel, person.user_id, person.name[:64], now):
            await chats.upsert_chat(conn, person.channel, incoming.address, active=False, at=now)
            await chats.deactivate(conn, person.channel, incoming.address, "pending")
            payload = {"name": person.name[:64], "channel": person.channel, "user_id": person.user_id}
            for channel, address in owners:
                await _notify(
                    conn, channel, address, "pending", f"pending:{person.channel}:{person.user_id}", payload, now
                )
    last = caller.reader.html("start-pending" if owners else "start-no-owner")
    return Answer(messages=(message(welcome(caller.reader, last)),))


async def owner_addresses(conn: AsyncConnection, by_setting: Set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where owners read: a person's private chat has the person's id as address; the web has one chat, `web`."""
    claimed = {(row.channel, row.user_id) for row in await people.owners(conn)}
    return sorted({(channel, "web" if channel == "web" else user) for channel, user in claimed | by_setting})


async def _notify(
    conn: AsyncConnection, channel: str, address: str, kind: str, key: str, payload: dict[str, str], now: int
) -> None:
    await outbox.enqueue(
        conn,
        channel=channel,
        address=address,
        kind="notice",
        number=None,
        state=kind,
        dedupe_key=key,
        payload=payload,
        priority=outbox.PRIORITY["notice"],
        at=now,
    )


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on the yes or no under a stranger's request."""
    tap = read_data(caller.incoming.data)
    return await decided(desk, caller, tap) if isinstance(tap, ApprovalTap) else toast(caller.own, "toast-unknown")


async def decided(desk: Desk, caller: Caller, tap: ApprovalTap) -> Answer:
    """An owner lets someone in or not; anyone else is told no."""
    if not caller.is_owner:
        return toast(caller.own, "toast-denied")
    now = desk.clock.now_ms()
    by = f"{caller.incoming.person.channel}:{caller.incoming.person.user_id}"
    async with desk.db.write() as conn:
        asked = await people.person(conn, tap.channel, tap.user_id)
        if asked is None or not await people.decide(conn, tap.channel, tap.user_id, tap.yes, by):
            return toast(caller.own, "toast-unknown")
        if tap.yes:
            await chats.upsert_chat(conn, tap.channel, tap.user_id, active=True, at=now)
        else:
            await chats.deactivate(conn, tap.channel, tap.user_id, "rejected")
        kind = "approved" if tap.yes else "rejected"
        await _notify(conn, tap.channel, tap.user_id, kind, f"{kind}:{asked.at}", {}, now)
    who = caller.reader.html("notice-pending", name=asked.name or tap.user_id, channel=tap.channel, user=tap.user_id)
    words = caller.reader.html("toast-approved" if tap.yes else "toast-rejected")
    return Answer(
        toast=caller.own.plain("toast-approved" if tap.yes else "toast-rejected"), edit=message(lines(who, words))
    )


async def stop(desk: Desk, caller: Caller) -> Answer:
    """STOP: nothing more is sent to this chat until START."""
    async with desk.db.write() as conn:
        await chats.deactivate(conn, caller.incoming.person.channel, caller.incoming.address, "stop")
    return reply(caller.reader, "stopped")


async def go_on(desk: Desk, caller: Caller) -> Answer | None:
    """START: signals again for a chat that said STOP; for anyone else what /start does."""
    if not await _reopen(desk, caller.incoming, ("stop", "left", "blocked")):
        return await start(desk, caller)
    return reply(caller.reader, "started-again")


async def membership(desk: Desk, incoming: Incoming) -> Answer:
    """The bot was thrown out or blocked (sending ends), or let in again (a known chat goes on)."""
    if incoming.text == "left":
        async with desk.db.write() as conn:
            known = await chats.chat(conn, incoming.person.channel, incoming.address)
            if known is not None and known.active:
                await chats.deactivate(conn, incoming.person.channel, incoming.address, "left")
    elif incoming.text == "joined":
        await _reopen(desk, incoming, ("left", "blocked", "not_found"))
    return Answer()


async def _reopen(desk: Desk, incoming: Incoming, reasons: tuple[str, ...]) -> bool:
    channel = incoming.person.channel
    async with desk.db.write() as conn:
        known = await chats.chat(conn, channel, incoming.address)
        if known is None or known.active or known.reason not in reasons or known.reason in KEPT_OUT:
            return False
        await chats.upsert_chat(conn, channel, incoming.address, active=True, at=desk.clock.now_ms())
    return True
