"""/settings: what a person or chat has chosen, each with its buttons, all in one message."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.commands import pairs, preferences, quiet, risk
from bot.commands.choices import NAMESPACE, may_choose
from bot.commands.desk import Caller, Desk, toast
from bot.commands.size import risk_of
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.messages.size_card import amount
from bot.ports import Answer, Button, Message


async def settings(desk: Desk, caller: Caller) -> Answer:
    """Answer /settings."""
    return Answer(messages=(await _menu(desk, caller, caller.reader),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on a setting (opens its choices) or on a choice (keeps it and shows the choices again)."""
    name, value = (*parts, "", "")[:2]
    if len(parts) > 2 or not (caller.may_read or name in ("lang", "zone")):
        return toast(caller.own, "toast-unknown")
    allowed = preferences.may_keep(caller) if name in ("lang", "zone") else may_choose(caller) or name == "risk"
    if value and not allowed:
        return toast(caller.own, "toast-denied-choice")
    if name == "menu":
        return _shown(await _menu(desk, caller, caller.reader))
    if name == "lang":
        return await _language(desk, caller, value)
    if name == "zone":
        return await _zone(desk, caller, value)
    part = {"quiet": quiet, "risk": risk, "pairs": pairs}.get(name)
    if part is None or (name == "risk" and not caller.direct):
        return toast(caller.own, "toast-unknown")
    if value and not await part.choose(desk, caller, value):
        return toast(caller.own, "toast-unknown")
    return _shown(await part.picker(desk, caller, caller.reader), caller.own.plain("toast-kept") if value else "")


async def _language(desk: Desk, caller: Caller, value: str) -> Answer:
    if value and not await preferences.keep_language(desk, caller, value):
        return toast(caller.own, "toast-unknown")
    reader = Reader(value or caller.reader.locale, caller.reader.zone)
    return _shown(preferences.language_picker(reader), reader.plain("toast-kept") if value else "")


async def _zone(desk: Desk, caller: Caller, value: str) -> Answer:
    found = await preferences.keep_zone(desk, caller, value) if value else None
    if value and found is None:
        return toast(caller.own, "toast-unknown")
    reader = Reader(caller.reader.locale, ZoneInfo(found)) if found else caller.reader
    now = desk.clock.now_ms()
    return _shown(preferences.zone_picker(reader, now), reader.plain("toast-kept") if value else "")


def _shown(edit: Message, said: str = "") -> Answer:
    return Answer(toast=said, edit=edit, fallback_edit=True)


async def _menu(desk: Desk, caller: Caller, reader: Reader) -> Message:
    now, hours, wanted = desk.clock.now_ms(), await quiet.chosen(desk, caller), await pairs.chosen(desk, caller)
    names = [("lang", "language"), ("zone", "zone"), ("quiet", "quiet"), ("pairs", "pairs")]
    told = [
        reader.html("settings-title", whose="mine" if caller.direct else "chat"),
        reader.html("settings-language", language=reader.plain("language-name")),
        reader.html("settings-zone", zone=str(reader.zone), at=reader.clock(now)),
        reader.html("settings-quiet", hours=hours or "none"),
        reader.html("settings-pairs", count=reader.number(len(wanted)) if wanted else "all"),
    ]
    if caller.direct:
        names.append(("risk", "risk"))
        value = await risk_of(desk, caller)
        told.append(reader.html("settings-risk", risk="none" if value is None else amount(value, reader)))
    made = [Button(reader.plain("button-setting", name=label), tap_data(NAMESPACE, name)) for name, label in names]
    return message(lines(*told), tuple(tuple(made[start : start + 2]) for start in range(0, len(made), 2)))
