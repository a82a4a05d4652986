"""/model, /promote and /rollback: the policy in force, what speaks for it, its challengers, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands.audited import actor
from bot.commands.desk import Caller, Desk, reply, toast
from bot.errors import Later
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.model_card import model_text, rival_lines
from bot.messages.opinion import board_lines
from bot.messages.reader import Reader
from bot.ports import Answer, Button, Message
from bot.promotion import choose
from engine.learning.past import Conclusion
from engine.market.events import PolicyTaken
from storage import audit, nights, opinions, policies
from storage.policies import StoredPolicy

NAMESPACE = "m"
SHOWN = 12
EARNED = "promote"


async def model(desk: Desk, caller: Caller) -> Answer:
    """Answer /model."""
    async with desk.db.read() as conn:
        stored, before = await policies.current(conn), await policies.previous(conn)
        night, board = await nights.standing(conn), await opinions.board(conn)
    rows: tuple[tuple[Button, ...], ...] = ()
    if caller.is_owner and before is not None:
        back = Button(caller.reader.plain("button-rollback"), tap_data(NAMESPACE, "ask", before.version[:SHOWN]))
        rows = ((back,),)
    status = {} if night is None else night["status"]
    return Answer(
        messages=(message(lines(model_text(stored, status, caller.reader), *board_lines(board, caller.reader)), rows),)
    )


async def promote(desk: Desk, caller: Caller) -> Answer:
    """Answer /promote: how the challengers stand, with a button for each that has earned it."""
    reader, contests = caller.reader, await _contests(desk)
    if not contests:
        return Answer(messages=(message(lines(reader.html("promote-title"), reader.html("promote-none"))),))
    rows = tuple(
        (Button(reader.plain("button-promote", name=_name(name, reader)), tap_data(NAMESPACE, "up", name)),)
        for name, one in contests.items()
        if one["verdict"] == EARNED
    )
    text = lines(reader.html("promote-title"), *rival_lines(contests, reader), "", reader.html("promote-how"))
    return Answer(messages=(message(text, rows),))


async def rollback(desk: Desk, caller: Caller) -> Answer:
    """Answer /rollback: asks once more, with the policy that would come into force."""
    async with desk.db.read() as conn:
        before = await policies.previous(conn)
    if before is None:
        return reply(caller.reader, "rollback-none")
    return Answer(messages=(_question(before, caller.reader),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """Ask, yes or no. The button names the policy: pressed again it finds that one in force and changes nothing."""
    if not caller.is_owner:
        return toast(caller.own, "toast-denied")
    if parts == ("no",):
        return Answer(edit=message(caller.reader.html("rollback-kept")), fallback_edit=True)
    try:
        return await _asked(desk, caller, parts)
    except Later as later:
        when = caller.own.clock(desk.clock.now_ms() + round((later.retry_after or 0.0) * 1000))
        return toast(caller.own, "model-later", when=when)


async def _asked(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """An owner's tap. Raises Later while a policy waits for its hour."""
    if len(parts) == 2 and parts[0] in ("up", "sure"):
        return await _promoted(desk, caller, parts[1], sure=parts[0] == "sure")
    async with desk.db.read() as conn:
        current = await policies.current(conn)
        known = await policies.listed(conn)
    wanted = [one for one in known if len(parts) == 2 and one.version[:SHOWN] == parts[1] and one.effective_at]
    if len(wanted) != 1 or parts[0] not in ("ask", "yes"):
        return toast(caller.own, "toast-unknown")
    if current is not None and current.version == wanted[0].version:
        return toast(caller.own, "rollback-already")
    if parts[0] == "ask":
        return Answer(edit=_question(wanted[0], caller.reader), fallback_edit=True)
    return await _back(desk, caller, wanted[0], current)


async def _promoted(desk: Desk, caller: Caller, procedure: str, *, sure: bool) -> Answer:
    """A challenger's button: it must have earned it, still."""
    contest = (await _contests(desk)).get(procedure)
    if contest is None or contest["verdict"] != EARNED:
        return toast(caller.own, "promote-not-earned")
    name = _name(procedure, caller.reader)
    if not sure:
        row = (
            Button(caller.reader.plain("button-promote-yes"), tap_data(NAMESPACE, "sure", procedure), style="danger"),
            Button(caller.reader.plain("button-no"), tap_data(NAMESPACE, "no")),
        )
        return Answer(edit=message(caller.reader.html("promote-ask", name=name), (row,)), fallback_edit=True)
    if await _choose(desk, caller, procedure, "chosen", "promote") is None:
        return toast(caller.own, "promote-not-earned")
    return Answer(edit=message(caller.reader.html("promote-done", name=name)), fallback_edit=True)


async def _back(desk: Desk, caller: Caller, wanted: StoredPolicy, current: StoredPolicy | None) -> Answer:
    """Back to a policy; where another procedure made it, that one is the champion again."""
    procedure = str(wanted.document.get("procedure", ""))
    another = current is not None and current.document.get("procedure") != procedure
    if not another or await _choose(desk, caller, procedure, "rolled_back", "rollback") is None:
        now = desk.clock.now_ms()
        async with desk.db.write() as conn:
            await audit.record(conn, actor(caller), "rollback", wanted.version, "", now)
        await desk.submit(PolicyTaken(now, wanted.document))
    done = caller.reader.html("rollback-done", version=wanted.version[:SHOWN])
    return Answer(edit=message(done), fallback_edit=True)


async def _choose(desk: Desk, caller: Caller, procedure: str, kind: str, deed: str) -> Conclusion | None:
    return await choose(desk.db, desk.submit, actor(caller), procedure, kind, deed, desk.clock.now_ms())


async def _contests(desk: Desk) -> Mapping[str, Any]:
    """How the challengers stand."""
    async with desk.db.read() as conn:
        night = await nights.standing(conn)
    found: Mapping[str, Any] = {} if night is None else night["status"].get("contests", {})
    return found


def _name(procedure: str, reader: Reader) -> str:
    return reader.plain("procedure", name=procedure)


def _question(wanted: StoredPolicy, reader: Reader) -> Message:
    row = (
        Button(reader.plain("button-rollback-yes"), tap_data(NAMESPACE, "yes", wanted.version[:SHOWN]), style="danger"),
        Button(reader.plain("button-no"), tap_data(NAMESPACE, "no")),
    )
    since = "none" if wanted.effective_at is None else reader.moment(wanted.effective_at)
    return message(reader.html("rollback-ask", version=wanted.version[:SHOWN], since=since), (row,))
