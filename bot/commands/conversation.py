"""The talk with people, the same on every channel: commands, taps and words in; an answer out.

Rights are looked up before anything is done, and what is not allowed is refused politely. Handling the same update
twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.clock import Clock
from bot.commands import access, feedback, notes, whatsapp_taps
from bot.commands.desk import Caller, ConversationConfig, Desk, Picture, recognise, reply, toast
from bot.commands.live import FeedState, Halt, Status
from bot.commands.ops import Ops
from bot.commands.refusal import refusal
from bot.commands.registry import BY_NAME, TAPS
from bot.commands.words import command_word, meant, vote_word, why_words
from bot.messages.buttons import FeedbackTap, read_data, split_data
from bot.messages.reader import Reader
from bot.messages.view import simulated
from bot.ports import Answer, Incoming, Message, Receipt
from engine.market.events import Event
from storage import chats
from storage.database import Database

__all__ = ["Conversation", "ConversationConfig", "FeedState", "Halt", "Status"]

PROMPT_MS = 15 * 60_000


class Conversation:
    """Answers whatever people do. `handle` never waits for a channel or for the engine's verdict."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        submit: Callable[[Event], Awaitable[None]],
        status: Callable[[], Awaitable[Status]],
        config: ConversationConfig,
    ) -> None:
        self._desk = Desk(db, clock, submit, status, config)

    def name_bot(self, username: str) -> None:
        """The Telegram bot's own name became known: links into its private chat need it."""
        self._desk.config = replace(self._desk.config, bot_username=username)

    def show_ops(self, ops: Ops) -> None:
        """The lines to people are open: /health and /logs can show them."""
        self._desk.ops = ops

    def draw_with(self, picture: Picture) -> None:
        """Charts can be drawn from now on."""
        self._desk.picture = picture

    async def handle(self, incoming: Incoming) -> Answer:
        """What to answer to something a person did."""
        if incoming.kind == "membership":
            return await access.membership(self._desk, incoming)
        caller = await self._caller(incoming)
        if incoming.kind == "tap":
            answer = await self._tap(caller)
        elif incoming.kind == "command":
            answer = await self._command(caller, incoming.command.lower())
        else:
            answer = await self._text(caller)
        if not self._desk.config.simulated:
            return answer
        return marked(answer, (await self._caller(incoming)).reader)  # in the language that was chosen just now

    async def _caller(self, incoming: Incoming) -> Caller:
        return await self._desk.db.read_at_once(lambda conn: recognise(self._desk, conn, incoming))

    async def told(self, incoming: Incoming, sent: Message, receipt: Receipt) -> None:
        """A message of an answer to `incoming` was sent: prompts and DEMO posts are remembered by their id."""
        await self.prompt_sent(incoming, receipt.message_id, sent)

    async def prompt_sent(self, incoming: Incoming, message_id: str, sent: Message | None = None) -> None:
        """A note prompt (or a DEMO post) was sent as `message_id`; other messages need no memory."""
        if sent is None or sent.force_reply is not None:
            await notes.remember_prompt(self._desk, incoming, message_id)
        elif (shown := demo_shown(sent)) is not None:
            await notes.remember(self._desk, incoming, message_id, shown)

    async def _tap(self, caller: Caller) -> Answer:
        found = split_data(caller.incoming.data)
        handler = None if found is None else TAPS.get(found[0])
        if found is None or handler is None:
            return toast(caller.own, "toast-unknown")
        return await handler(self._desk, caller, found[1])

    async def _command(self, caller: Caller, name: str) -> Answer:
        """Strangers have what is for anyone; in groups that are not set up only refusals are heard."""
        command = BY_NAME.get(name)
        if command is None:
            return reply(caller.reader, "unknown-command", command=name[:32]) if caller.direct else Answer()
        if not caller.may(command.right):
            return refusal(caller, command.right)
        if command.right == "anyone" and not (command.everywhere or caller.direct or caller.may_read):
            return Answer()
        return await command.run(self._desk, caller)

    async def _text(self, caller: Caller) -> Answer:
        """Words: a vote, an answer to a note prompt, a WhatsApp word; anything else gets a hint in private."""
        incoming = caller.incoming
        kind = vote_word(incoming.text)
        if kind is not None and (tap := await meant(self._desk.db, incoming, kind)) is not None:
            return await feedback.said(self._desk, caller, tap)
        word = command_word(incoming.text) if incoming.person.channel == "whatsapp" else None
        if word is not None and word != "keep":
            return await self._word(caller, word)
        if (prompt := await self._prompt(incoming)) is not None:
            return await notes.answered(self._desk, caller, prompt)
        if word == "keep":
            return whatsapp_taps.kept(caller)
        if incoming.person.channel == "whatsapp" and (asked := why_words(incoming.text)) is not None:
            return await self._command(replace(caller, incoming=replace(incoming, args=asked)), "why")
        if not caller.direct:
            return Answer()
        if kind is not None:
            return reply(caller.reader, "vote-nothing")
        if not caller.may_read:
            return refusal(caller)
        return reply(caller.reader, "unknown-text" if await self._asked(incoming) is None else "note-how")

    async def _word(self, caller: Caller, word: str) -> Answer:
        if word == "stop":
            return await access.stop(self._desk, caller)
        if word == "start":
            return await access.go_on(self._desk, caller) or refusal(caller)
        return await self._command(caller, word)

    async def _prompt(self, incoming: Incoming) -> chats.Prompt | None:
        """The note prompt that a text answers: the one replied to; on WhatsApp, without a reply, the last fresh one."""
        channel, address = incoming.person.channel, incoming.address
        if incoming.reply_to:
            async with self._desk.db.read() as conn:
                found = await chats.prompt(conn, channel, address, incoming.reply_to)
            if found is not None:
                return found
        return await self._asked(incoming) if channel == "whatsapp" else None

    async def _asked(self, incoming: Incoming) -> chats.Prompt | None:
        """The newest note prompt to this person here, while it is fresh."""
        person = incoming.person
        async with self._desk.db.read() as conn:
            last = await chats.latest_prompt(conn, person.channel, incoming.address, person.user_id)
        return last if last is not None and incoming.at_ms - last.at <= PROMPT_MS else None


def marked(answer: Answer, reader: Reader) -> Answer:
    """The answer of a simulated market: every message of it says so."""
    edit = None if answer.edit is None else simulated(answer.edit, reader)
    return replace(answer, messages=tuple(simulated(sent, reader) for sent in answer.messages), edit=edit)


def demo_shown(sent: Message) -> FeedbackTap | None:
    """The DEMO signal whose post a message is."""
    for row in sent.buttons:
        for button in row:
            found = read_data(button.data)
            if isinstance(found, FeedbackTap) and found.demo:
                return found
    return None
