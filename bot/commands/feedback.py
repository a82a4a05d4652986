"""Votes on signals, by a button or in words: they toggle, and every post of the signal follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.desk import Caller, Desk, reply, toast
from bot.commands.notes import ask_note
from bot.commands.second_look import second_look
from bot.commands.shown import load, refresh_posts
from bot.messages.buttons import EMOJI, FeedbackTap, Kind, read_data, tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.messages.signal import signal_message
from bot.messages.view import SignalView, name
from bot.ports import Answer, Button, Message
from storage import feedback, reasons
from storage.errors import UnknownSignal

REASON = "n"


@dataclass(frozen=True, slots=True)
class Voted:
    """After a vote: the signal as it stands, and whether the vote stands."""

    view: SignalView
    active: bool


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on a button of a post, whatever it carries."""
    tap = read_data(caller.incoming.data)
    return await tapped(desk, caller, tap) if isinstance(tap, FeedbackTap) else toast(caller.own, "toast-unknown")


async def tapped(desk: Desk, caller: Caller, tap: FeedbackTap) -> Answer:
    """A press on 👍 👎 ⛔ 📝 under a signal or a DEMO signal."""
    if tap.kind == "note":
        return await ask_note(desk, caller, tap)
    voted = await vote(desk, caller, tap)
    if voted is None:
        return toast(caller.own, "toast-gone")
    edit = signal_message(voted.view, caller.reader)
    if tap.kind == "nofill" and voted.active:
        edit = asked(edit, tap, caller.reader)
    return Answer(toast=vote_toast(tap.kind, voted.active, caller.own), edit=edit)


def asked(post: Message, tap: FeedbackTap, reader: Reader) -> Message:
    """The post after a ⛔: one more row asks why, for one tap."""
    return replace(post, buttons=(*post.buttons, reason_row(tap, reader)))


def reason_row(tap: FeedbackTap, reader: Reader) -> tuple[Button, ...]:
    """A button for each reason why somebody was not filled."""
    demo = ("d",) if tap.demo else ()
    return tuple(
        Button(reader.plain("nofill-reason", reason=reason), tap_data(REASON, tap.number, reason, *demo))
        for reason in reasons.REASONS
    )


async def on_reason(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """Why somebody was not filled; who had not said ⛔ says it with that. The same again changes nothing."""
    if len(parts) not in (2, 3) or parts[1] not in reasons.REASONS or parts[2:] not in ((), ("d",)):
        return toast(caller.own, "toast-unknown")
    tap = read_data(f"1:{'d' if parts[2:] else 'f'}:{parts[0]}:nofill")
    if not isinstance(tap, FeedbackTap):
        return toast(caller.own, "toast-unknown")
    person, incoming = caller.incoming.person, caller.incoming
    async with desk.db.read() as conn:
        already = await feedback.stands(conn, tap.number, person, "nofill", demo=tap.demo)
    voted = None if already else await vote(desk, caller, tap)
    async with desk.db.write() as conn:
        view = await load(desk, conn, tap)
        if view is None or (voted is not None and not voted.active):
            return toast(caller.own, "toast-gone")
        who = (person.channel, person.user_id)
        await reasons.put(conn, tap.number, *who, parts[1], incoming.at_ms, demo=tap.demo)
    if parts[1] == "never" and not tap.demo and (said := await second_look(desk, view)):
        async with desk.db.read() as conn:
            view = await load(desk, conn, tap) or view
        told = toast(caller.own, "toast-second-look", said=said)
        return replace(told, edit=signal_message(view, caller.reader))
    words = caller.own.plain("nofill-reason", reason=parts[1])
    return replace(toast(caller.own, "toast-reason", reason=words), edit=signal_message(view, caller.reader))


def vote_toast(kind: Kind, active: bool, reader: Reader) -> str:
    """One line that says what became of a vote."""
    state = "yes" if active else "no"
    if kind == "up":
        return reader.plain("toast-up", active=state)
    if kind == "down":
        return reader.plain("toast-down", active=state)
    return reader.plain("toast-nofill", active=state)


async def vote(desk: Desk, caller: Caller, tap: FeedbackTap) -> Voted | None:
    """Take one vote, once per event; None where there is no such signal. Other posts of it are asked to follow."""
    incoming = caller.incoming

    async def take(conn: AsyncConnection) -> Voted | None:
        try:
            toggled = await feedback.toggle(
                conn, tap.number, incoming.person, tap.kind, incoming.at_ms, incoming.event_id, demo=tap.demo
            )
        except UnknownSignal:
            return None
        view = await load(desk, conn, tap)
        if view is None:
            return None
        if not tap.demo and not toggled.duplicate:
            tapped_here = incoming.message_id if incoming.kind == "tap" else ""
            await refresh_posts(conn, tap.number, desk.clock.now_ms(), incoming, tapped_here)
        return Voted(view, toggled.active)

    return await desk.db.write_at_once(take)


async def said(desk: Desk, caller: Caller, tap: FeedbackTap) -> Answer:
    """A digit or an emoji in words does what the button does, and is confirmed in words."""
    if tap.kind == "note":
        return await ask_note(desk, caller, tap)
    voted = await vote(desk, caller, tap)
    if voted is None:
        return reply(caller.reader, "vote-nothing")
    state = "yes" if voted.active else "no"
    words = caller.reader.html("vote-saved", emoji=EMOJI[tap.kind], name=name(voted.view), active=state)
    if tap.kind != "nofill" or not voted.active or caller.incoming.person.channel != "whatsapp":
        return Answer(messages=(message(words),))  # elsewhere the post itself has buttons
    asks = lines(words, caller.reader.html("whatsapp-nofill-why"))
    return Answer(messages=(message(asks, (reason_row(tap, caller.reader),)),))
