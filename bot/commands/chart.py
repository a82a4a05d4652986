"""/chart and the chart button: the picture of a signal, of all results, or of what the win chances were worth."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands.desk import Caller, Desk, reply, toast
from bot.messages.buttons import feedback_buttons
from bot.messages.load import load_view
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.messages.states import timeline
from bot.messages.view import SignalView, headline, marks, names
from bot.messages.width import BETWEEN, packed
from bot.ports import Answer, Message, Photo
from storage import posts, signals

_WANTED = re.compile(r"(?:#?([1-9][0-9]{0,8})|(equity|calibration))?(?:\s*(dark|light))?", re.IGNORECASE)
_LINK = re.compile(r"chart_([1-9][0-9]{0,8})")


async def chart(desk: Desk, caller: Caller) -> Answer:
    """Answer /chart [number|equity|calibration] [dark]; without anything, the newest signal's."""
    found = _WANTED.fullmatch(caller.incoming.args.strip())
    if found is None:
        return reply(caller.reader, "chart-usage")
    what, room = (found[1] or found[2] or "").lower(), (found[3] or "").lower()
    if not what:
        newest = await _newest(desk, caller)
        if newest is None:
            return reply(caller.reader, "stats-none")
        what = str(newest)
    return await _picture(desk, what, caller.reader, caller.incoming.person.channel, room)


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on 📊: the picture where only the presser reads, else the way into the private chat."""
    if len(parts) != 1 or not (parts[0].isascii() and parts[0].isdigit()):
        return toast(caller.own, "toast-unknown")
    if not caller.may_read:
        return toast(caller.own, "toast-denied")
    if caller.direct:
        return await _picture(desk, parts[0], caller.reader, caller.incoming.person.channel)
    user = desk.config.bot_username
    link = f"https://t.me/{user}?start=chart_{parts[0]}" if user else ""
    return Answer(toast=caller.own.plain("toast-chart-link"), url=link)


async def chart_link(desk: Desk, caller: Caller, payload: str) -> Answer | None:
    """/start chart_<number>: the picture in private, for who may read; None where the payload is something else."""
    found = _LINK.fullmatch(payload.strip())
    if found is None or not caller.may_read:
        return None
    return await _picture(desk, found[1], caller.reader, caller.incoming.person.channel)


async def _newest(desk: Desk, caller: Caller) -> int | None:
    """The newest signal of this chat, else of all."""
    async with desk.db.read() as conn:
        post = await posts.newest(conn, caller.incoming.person.channel, caller.incoming.address)
        if post is not None:
            return post.number
        found = await signals.latest(conn, 1)
    return found[0].number if found else None


async def _picture(desk: Desk, what: str, reader: Reader, channel: str, room: str = "") -> Answer:
    if not what.isdigit():
        photo = await desk.drawn(what, reader, channel, room)
        return Answer(messages=(_results(photo, reader),)) if photo is not None else reply(reader, "chart-none")
    async with desk.db.read() as conn:
        view = await load_view(conn, int(what))
    if view is None:
        return reply(reader, "toast-gone")
    caption = _caption(view, reader)
    if channel == "web":  # the page draws the chart of a signal itself, under a message with its buttons
        return Answer(messages=(replace(caption, buttons=feedback_buttons(view.button_number, view.counts)),))
    return Answer(messages=(replace(caption, photo=await desk.drawn(what, reader, channel, room)),))


def _results(photo: Photo, reader: Reader) -> Message:
    return replace(message(lines(*packed(reader.escaped(photo.alt).split(BETWEEN)))), photo=photo)


def _caption(view: SignalView, reader: Reader) -> Message:
    """What the picture shows, in the words of the post's head."""
    return message(lines(headline(view, reader), *names(view, reader), *marks(view, reader), *timeline(view, reader)))
