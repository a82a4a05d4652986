"""WhatsApp's own buttons: what else can be done with a signal, and keeping alerts coming (namespace w)."""

from __future__ import annotations

from dataclasses import replace

from bot.commands import access, why
from bot.commands.desk import Caller, Desk, reply, toast
from bot.commands.refusal import refusal
from bot.messages.buttons import tap_data
from bot.messages.markup import message
from bot.ports import Answer, Button

NAMESPACE = "w"


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on one of them."""
    match parts:
        case ("keep",):
            return kept(caller)
        case ("stop",):
            return await access.stop(desk, caller)
        case ("more", number) if number.isdecimal() and len(number) < 10:
            return more(caller, number) if caller.may_read else refusal(caller)
        case ("why", number) if number.isdecimal() and len(number) < 10:
            if not caller.may_read:
                return refusal(caller)
            return await why.why(desk, replace(caller, incoming=replace(caller.incoming, args=f"#{number}")))
    return toast(caller.own, "toast-unknown")


def kept(caller: Caller) -> Answer:
    """The window was opened by the press itself."""
    return reply(caller.reader, "whatsapp-kept")


def more(caller: Caller, number: str) -> Answer:
    """What else can be done, as a list where there is a template for it (its `data` says so), else in words."""
    listed = Button("", tap_data(NAMESPACE, "list", number))
    return Answer(messages=(message(caller.reader.html("whatsapp-more-text", number=number), ((listed,),)),))
