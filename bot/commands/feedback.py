"""Votes on signals, by a button or in words: they toggle, and every post of the signal follows."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.desk import Caller, Desk, reply, toast
from bot.commands.notes import ask_note
from bot.commands.shown import load, refresh_posts
from bot.messages.buttons import EMOJI, FeedbackTap, Kind, read_data
from bot.messages.reader import Reader
from bot.messages.signal import signal_message
from bot.messages.view import SignalView, name
from bot.ports import Answer
from storage import feedback
from storage.errors import UnknownSignal


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
    return Answer(toast=vote_toast(tap.kind, voted.active, caller.own), edit=edit)


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
    async with desk.db.write() as conn:
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


async def said(desk: Desk, caller: Caller, tap: FeedbackTap) -> Answer:
    """A digit or an emoji in words does what the button does, and is confirmed in words."""
    if tap.kind == "note":
        return await ask_note(desk, caller, tap)
    voted = await vote(desk, caller, tap)
    if voted is None:
        return reply(caller.reader, "vote-nothing")
    state = "yes" if voted.active else "no"
    return reply(caller.reader, "vote-saved", emoji=EMOJI[tap.kind], name=name(voted.view), active=state)
