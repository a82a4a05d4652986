"""The buttons under a notice that signals are held: why, and going on."""

from __future__ import annotations

from typing import Any

from bot.commands import control
from bot.commands.desk import Caller, Desk, toast
from bot.messages.markup import plain
from bot.messages.notices import halt_text
from bot.ports import Answer
from storage import exposure

TOAST = 200


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on Why or on Resume."""
    if parts == ("resume",):
        return await _resume(desk, caller)
    if parts == ("why",):
        return await _why(desk, caller)
    return toast(caller.own, "toast-unknown")


async def _resume(desk: Desk, caller: Caller) -> Answer:
    """What /resume does; the chats hear of it by the notice that follows, so only the toast answers."""
    if not caller.is_owner:
        return toast(caller.own, "toast-denied")
    if not (await desk.status()).halts:
        return toast(caller.own, "notice-halted-over")
    await control.resume(desk, caller)
    return toast(caller.own, "resume-done")


async def _why(desk: Desk, caller: Caller) -> Answer:
    """What holds now, until when and why, in the presser's language."""
    halts = (await desk.status()).halts
    if not halts:
        return toast(caller.own, "notice-halted-over")
    async with desk.db.read() as conn:
        stops = await exposure.last_stops(conn)
    halt, now = halts[0], desk.clock.now_ms()
    payload: dict[str, Any] = {"kind": halt.kind, "until": halt.until, "reason": halt.reason, "ts": now}
    if halt.kind != "pause":
        payload["stops"] = stops
    return Answer(toast=plain(halt_text(payload, caller.own))[:TOAST])
