"""/users: who is in and with which role, who waits, and what was done lately; every change by a button, in place."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.approval import decide, readmit, target_of
from bot.commands.audited import actor
from bot.commands.desk import Caller, Desk, toast
from bot.commands.letters import notify, own_place
from bot.commands.rights import role_of
from bot.commands.roles import may_change, may_give
from bot.commands.user_cards import CHANNELS, list_card, out_card, person_card, remove_card, waiting_card
from bot.ports import Answer, Message
from storage import audit, chats, grants, people, quiet
from storage.grants import Member

NEWEST = 5


async def users(desk: Desk, caller: Caller) -> Answer:
    """Answer /users."""
    async with desk.db.read() as conn:
        return Answer(messages=(await _list(desk, caller, conn, 0),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on a card: turn a page, open a person, change or remove them, let somebody in."""
    if not caller.may("admin"):
        return toast(caller.own, "toast-denied")
    match parts:
        case ("l", page) if page.isascii() and page.isdigit() and len(page) < 5:
            async with desk.db.read() as conn:
                return Answer(edit=await _list(desk, caller, conn, int(page)), fallback_edit=True)
        case ("w",):
            async with desk.db.read() as conn:
                return Answer(edit=await _waiting(conn, caller), fallback_edit=True)
        case ("o",):
            async with desk.db.read() as conn:
                return Answer(edit=await _outside(conn, caller), fallback_edit=True)
        case ("a", channel, user) if channel in CHANNELS:
            return await _readmitted(desk, caller, CHANNELS[channel], user)
        case (("y" | "n") as verdict, channel, user) if channel in CHANNELS:
            return await _decided(desk, caller, CHANNELS[channel], user, verdict == "y")
        case ("p" | "x" | "xx" | "r", channel, user, *rest) if channel in CHANNELS and len(rest) < 2:
            return await _person(desk, caller, parts[0], CHANNELS[channel], user, "".join(rest))
    return toast(caller.own, "toast-unknown")


async def _list(desk: Desk, caller: Caller, conn: AsyncConnection, page: int) -> Message:
    owners = desk.config.owner_ids
    everyone = await grants.members(conn)
    inside = [one for one in everyone if one.stored == "member" and (one.channel, one.user_id) not in owners]
    named = [one for one in everyone if one.stored == "owner" or (one.channel, one.user_id) in owners]
    waiting = sum(one.stored == "pending" for one in everyone)
    names = {(one.channel, one.user_id): one.name for one in everyone}
    deeds = await audit.newest(conn, NEWEST)
    out = await grants.kept_out(conn)
    names |= {(one.channel, one.user_id): one.name for one in out}
    return list_card(inside, named, (waiting, len(out)), deeds, names, page, caller.reader)


async def _waiting(conn: AsyncConnection, caller: Caller) -> Message:
    return waiting_card(await grants.members(conn, ("pending",)), caller.reader)


async def _outside(conn: AsyncConnection, caller: Caller) -> Message:
    return out_card(await grants.kept_out(conn), caller.reader)


async def _readmitted(desk: Desk, caller: Caller, channel: str, user: str) -> Answer:
    async with desk.db.write() as conn:
        person = await grants.member(conn, channel, user)
        if person is None:
            return toast(caller.own, "toast-unknown")
        news = await readmit(conn, caller, person, desk.clock.now_ms())
        left = await _outside(conn, caller)
    if news:
        return Answer(toast=caller.own.plain("toast-approved"), edit=left)
    inside = "yes" if person.stored in ("member", "owner") else "no"
    return Answer(toast=caller.own.plain("toast-decided", inside=inside), edit=left)


async def _decided(desk: Desk, caller: Caller, channel: str, user: str, yes: bool) -> Answer:
    async with desk.db.write() as conn:
        asked = await grants.member(conn, channel, user)
        if asked is None:
            return toast(caller.own, "toast-unknown")
        news = await decide(conn, caller, asked, yes, desk.clock.now_ms())
        left = await _waiting(conn, caller)
    if not news:
        inside = "yes" if asked.stored in ("member", "owner") else "no"
        return Answer(toast=caller.own.plain("toast-decided", inside=inside), edit=left)
    return Answer(toast=caller.own.plain("toast-approved" if yes else "toast-rejected"), edit=left)


async def _person(desk: Desk, caller: Caller, what: str, channel: str, user: str, role: str) -> Answer:
    """A person's card, after whatever the press asked for was done."""
    me, owners = actor(caller), desk.config.owner_ids
    async with desk.db.write() as conn:
        person = await grants.member(conn, channel, user)
        if person is None or person.stored != "member":
            return Answer(toast=caller.own.plain("toast-gone-user"), edit=await _list(desk, caller, conn, 0))
        mine = may_change(caller.role, me, person, owners)
        if what == "p":
            return Answer(edit=person_card(person, mine, caller.role, caller.reader), fallback_edit=True)
        if not mine or (what == "r" and not may_give(caller.role, role)):
            return toast(caller.own, "toast-above")
        if what == "x":
            return Answer(edit=remove_card(person, caller.reader), fallback_edit=True)
        if what == "xx":
            await _remove(conn, me, person, desk.clock.now_ms())
            said = caller.own.plain("toast-removed")
            return Answer(toast=said, edit=await _list(desk, caller, conn, 0))
        said = await _set_role(conn, caller, person, role, desk.clock.now_ms())
        fresh = await grants.member(conn, channel, user) or person
        return Answer(toast=said, edit=person_card(fresh, mine, caller.role, caller.reader))


async def _set_role(conn: AsyncConnection, caller: Caller, person: Member, role: str, now: int) -> str:
    """Give a role; the words for whoever pressed. The same role again changes nothing."""
    before = role_of(person.stored, person.granted)
    said = caller.own.plain("toast-role", role=role)
    if before == role:
        return said
    me = actor(caller)
    await grants.grant(conn, person.channel, person.user_id, role, f"{me[0]}:{me[1]}", now)
    if (place := own_place(person.channel, person.user_id)) is not None:
        known = await chats.chat(conn, *place)
        if role == "viewer":
            await quiet.silence(conn, *place, "viewer")
        elif known is not None and known.reason == "viewer":
            await quiet.wake(conn, *place, now)
        await notify(conn, [place], "role", f"role:{role}:{now}", {"role": role}, now)
    await audit.record(conn, me, "role", target_of(person), f"{before} → {role}", now)
    return said


async def _remove(conn: AsyncConnection, me: tuple[str, str], person: Member, now: int) -> None:
    """Take everything back; only an owner's or admin's word lets the person in again."""
    await grants.revoke(conn, person.channel, person.user_id)
    await people.remove(conn, person.channel, person.user_id, f"{me[0]}:{me[1]}")
    if (place := own_place(person.channel, person.user_id)) is not None:
        await chats.deactivate(conn, *place, "removed")
        await notify(conn, [place], "removed", f"removed:{now}", {}, now)
    await audit.record(conn, me, "remove", target_of(person), role_of(person.stored, person.granted), now)
