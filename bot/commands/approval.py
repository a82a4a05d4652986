"""Who asked to come in, and the yes or no of an owner or admin; the first decision stands."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.audited import actor
from bot.commands.desk import Caller, Desk, toast
from bot.commands.letters import notify, own_place
from bot.messages.buttons import ApprovalTap, read_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.names import shown_name
from bot.ports import Answer, Message
from storage import audit, chats, grants, people
from storage.grants import Member


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on the yes or no under a stranger's request. Pressed again, or late, it shows what was decided."""
    tap = read_data(caller.incoming.data)
    if not isinstance(tap, ApprovalTap):
        return toast(caller.own, "toast-unknown")
    if not caller.may("admin"):
        return toast(caller.own, "toast-denied")
    async with desk.db.write() as conn:
        asked = await grants.member(conn, tap.channel, tap.user_id)
        if asked is None:
            return toast(caller.own, "toast-unknown")
        news = await decide(conn, caller, asked, tap.yes, desk.clock.now_ms())
        now = await grants.member(conn, tap.channel, tap.user_id)
    inside = now is not None and now.stored in ("member", "owner")
    if not news:
        said = caller.own.plain("toast-decided", inside="yes" if inside else "no")
    else:
        said = caller.own.plain("toast-approved" if tap.yes else "toast-rejected")
    return Answer(toast=said, edit=decided_message(asked, inside, caller.reader))


async def decide(conn: AsyncConnection, caller: Caller, asked: Member, yes: bool, now: int) -> bool:
    """Let a waiting person in or not, tell them, write it down; False if nobody waits under that name any more."""
    by = actor(caller)
    if not await people.decide(conn, asked.channel, asked.user_id, yes, f"{by[0]}:{by[1]}"):
        return False
    await _told(conn, by, asked, yes, asked.at, now)
    return True


async def readmit(conn: AsyncConnection, caller: Caller, person: Member, now: int) -> bool:
    """Let in again whom somebody turned down or removed; False if nobody is out under that name any more."""
    by = actor(caller)
    if not await people.readmit(conn, person.channel, person.user_id, f"{by[0]}:{by[1]}"):
        return False
    await _told(conn, by, person, True, now, now)
    return True


async def _told(conn: AsyncConnection, by: tuple[str, str], person: Member, yes: bool, key: int, now: int) -> None:
    """What a decision means for the person's own chat; they hear of it, and it is written down."""
    place = own_place(person.channel, person.user_id)
    if yes and place is not None:
        await chats.upsert_chat(conn, *place, locale=person.locale, timezone=person.timezone, active=True, at=now)
    elif place is not None:
        await chats.deactivate(conn, *place, "rejected")
    kind = "approved" if yes else "rejected"
    await notify(conn, [] if place is None else [place], kind, f"{kind}:{key}", {}, now)
    await audit.record(conn, by, "approve" if yes else "reject", target_of(person), shown_name(person.name), now)


def decided_message(asked: Member, inside: bool, reader: Reader) -> Message:
    """The request with its answer instead of its buttons."""
    name = shown_name(asked.name, asked.user_id)
    who = reader.html("notice-pending", name=name, channel=asked.channel, user=asked.user_id)
    return message(lines(who, reader.html("toast-approved" if inside else "toast-rejected")))


def target_of(person: Member) -> str:
    """To whom it is done, as the audit names them."""
    return f"{person.channel}:{person.user_id}"
