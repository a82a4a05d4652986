"""Notes on signals: asked for by a prompt or a link, remembered by the prompt's message, kept as written."""

from __future__ import annotations

import re

from bot.commands.desk import Caller, Desk, reply, toast
from bot.commands.shown import load, refresh_posts
from bot.commands.words import meant, vote_word
from bot.messages.buttons import FeedbackTap, read_data
from bot.messages.markup import message
from bot.messages.reader import Reader
from bot.messages.view import SignalView, name
from bot.ports import Answer, Incoming, Message
from storage import chats, feedback
from storage.chats import Prompt
from storage.errors import UnknownSignal
from storage.prompts import drop_prompts

_NOTE_LINK = re.compile(r"note_(d?)([1-9][0-9]{0,8})")


async def ask_note(desk: Desk, caller: Caller, tap: FeedbackTap) -> Answer:
    """📝: a prompt to answer; in a channel, where nobody can type, the way into the private chat."""
    async with desk.db.read() as conn:
        view = await load(desk, conn, tap)
    if view is None:
        return toast(caller.own, "toast-gone")
    if caller.incoming.broadcast:
        start = f"note_{'d' if tap.demo else ''}{tap.number}"
        user = desk.config.bot_username
        link = f"https://t.me/{user}?start={start}" if user else ""
        return Answer(toast=caller.own.plain("toast-note-link"), url=link)
    return Answer(toast=caller.own.plain("toast-note"), messages=(note_prompt(view, caller.reader),))


async def note_link(desk: Desk, caller: Caller, payload: str) -> Answer | None:
    """/start note_<number>: the prompt in private; None where the payload is something else."""
    tap = read_note_link(payload)
    if tap is None:
        return None
    async with desk.db.read() as conn:
        view = await load(desk, conn, tap)
    if view is None:
        return reply(caller.reader, "note-signal-gone")
    return Answer(messages=(note_prompt(view, caller.reader),))


def read_note_link(payload: str) -> FeedbackTap | None:
    """The signal named by a deep link.

    >>> read_note_link("note_1423"), read_note_link("note_x")
    (FeedbackTap(number=1423, kind='note', demo=False), None)
    """
    found = _NOTE_LINK.fullmatch(payload.strip())
    return None if found is None else FeedbackTap(int(found[2]), "note", bool(found[1]))


def note_prompt(view: SignalView, reader: Reader) -> Message:
    """Asks for a note; the answer to this message becomes it."""
    placeholder = reader.plain("note-placeholder")[:64]
    return message(reader.html("note-prompt", name=name(view)), force_reply=placeholder)


async def remember_prompt(desk: Desk, incoming: Incoming, message_id: str) -> None:
    """The prompt was sent as `message_id`: what answers it is a note on the signal that `incoming` named."""
    about = read_data(incoming.data) if incoming.kind == "tap" else read_note_link(incoming.args)
    if about is None and (kind := vote_word(incoming.text)) is not None:
        about = await meant(desk.db, incoming, kind)
    if isinstance(about, FeedbackTap):
        await remember(desk, incoming, message_id, about, incoming.person.user_id)


async def remember(desk: Desk, incoming: Incoming, message_id: str, about: FeedbackTap, asked: str = "") -> None:
    """What answers our message `message_id` is about this signal; `asked` is whom it asked for a note."""
    if not message_id:
        return
    async with desk.db.write() as conn:
        await chats.add_prompt(
            conn,
            incoming.person.channel,
            incoming.address,
            message_id,
            about.number,
            user_id=asked,
            demo=about.demo,
            at=incoming.at_ms,
        )


async def answered(desk: Desk, caller: Caller, prompt: Prompt) -> Answer:
    """The text that answers a prompt becomes a note, whatever is written in it; long ones are kept up to a limit."""
    incoming = caller.incoming
    if not incoming.text.strip():
        return reply(caller.reader, "note-empty")
    tap = FeedbackTap(prompt.number, "note", prompt.demo)
    async with desk.db.write() as conn:
        try:
            noted = await feedback.note(
                conn,
                prompt.number,
                incoming.person.channel,
                incoming.person.user_id,
                incoming.text,
                incoming.at_ms,
                incoming.event_id,
                demo=prompt.demo,
            )
        except UnknownSignal:
            return reply(caller.reader, "note-signal-gone")
        view = await load(desk, conn, tap)
        if view is None:
            return reply(caller.reader, "note-signal-gone")
        if not incoming.reply_to:
            await chats.drop_prompt(conn, prompt.channel, prompt.address, prompt.message_id)
        if not prompt.demo and not noted.duplicate:
            await refresh_posts(conn, prompt.number, desk.clock.now_ms())
    if noted.truncated:
        limit = caller.reader.number(feedback.NOTE_LENGTH)
        return reply(caller.reader, "note-saved-cut", name=name(view), limit=limit)
    return reply(caller.reader, "note-saved", name=name(view))


async def cancel(desk: Desk, caller: Caller) -> Answer:
    """Answer /cancel: whatever was asked of this person here is asked no more."""
    incoming = caller.incoming
    async with desk.db.write() as conn:
        dropped = await drop_prompts(conn, incoming.person.channel, incoming.address, incoming.person.user_id)
    return reply(caller.reader, "cancel-done" if dropped else "cancel-nothing")
