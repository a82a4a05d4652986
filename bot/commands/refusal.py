"""A polite no, in the words that fit who asked and where."""

from __future__ import annotations

from bot.commands.desk import Caller, reply
from bot.commands.rights import Right
from bot.ports import Answer


def refusal(caller: Caller, right: Right = "read") -> Answer:
    """A polite no: for strangers in private the way in, in a chat that is not set up the reason, else who may."""
    if not caller.may_read:
        return reply(caller.reader, "denied-stranger" if caller.incoming.private else "denied-chat")
    if right == "owner":
        return reply(caller.reader, "denied-owner")
    if right == "admin":
        return reply(caller.reader, "denied-admin")
    return reply(caller.reader, "denied-analyst") if right == "analyst" else Answer()
