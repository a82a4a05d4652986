"""/privacy, /export and /erase: what is kept about a person, a copy of it, and its end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.commands.desk import Caller, Desk, reply
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer, Button, Document, Message
from storage import identities, own_data, retention
from storage.erase import erase

NAMESPACE = "v"
LONGEST = 3500


async def privacy(desk: Desk, caller: Caller) -> Answer:
    """Answer /privacy: what is kept, for how long, and the buttons for a copy and for the end."""
    return Answer(messages=(await _told(desk, caller),))


async def export(desk: Desk, caller: Caller) -> Answer:
    """Answer /export: everything that is kept about this person, in private only: a file on Telegram, else text."""
    if not caller.direct:
        return reply(caller.reader, "private-only")
    who = caller.incoming.person
    async with desk.db.read() as conn:
        everyone = await identities.everywhere(conn, who.channel, who.user_id)
        found = {one: await own_data.own_data(conn, *one) for one in everyone}
    told = [line for one, subjects in found.items() for line in _export_lines(one, subjects)]
    if not any(found.values()):
        return reply(caller.reader, "export-none")
    if who.channel == "telegram":
        file = Document("sharpsignal-export.txt", "\n".join([*told, ""]).encode())
        return Answer(messages=(replace(message(caller.reader.html("export-title")), document=file),))
    return Answer(messages=tuple(message(part) for part in _parts(told, caller.reader)))


async def erased(desk: Desk, caller: Caller) -> Answer:
    """Answer /erase: asks once more; `/erase yes` does it (for channels without buttons)."""
    if not caller.direct:
        return reply(caller.reader, "private-only")
    if caller.incoming.args.strip().lower() in ("yes", "ya"):
        return await _erase(desk, caller)
    return Answer(messages=(_question(caller.reader),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """Copy, ask, yes or no; only in private, where nobody else presses."""
    if not caller.direct or len(parts) != 1:
        return Answer(toast=caller.own.plain("private-only"))
    if parts[0] == "export":
        return await export(desk, caller)
    if parts[0] == "ask":
        return Answer(edit=_question(caller.reader), fallback_edit=True)
    if parts[0] == "yes":
        return await _erase(desk, caller)
    if parts[0] == "no":
        return Answer(edit=await _told(desk, caller), fallback_edit=True)
    return Answer(toast=caller.own.plain("toast-unknown"))


async def _told(desk: Desk, caller: Caller) -> Message:
    reader, who = caller.reader, caller.incoming.person
    async with desk.db.read() as conn:
        kept = await own_data.held(conn, who.channel, who.user_id)
    text = lines(
        reader.html("privacy-title"),
        "",
        reader.html("privacy-kept"),
        reader.html("privacy-why"),
        reader.html("privacy-how-long"),
        reader.html("privacy-raw", raw=retention.RAW_DAYS, days=retention.REPORT_DAYS),
        reader.html("privacy-stop"),
        reader.html("privacy-nobody"),
    )
    if not caller.direct:
        return message(lines(text, "", reader.html("private-only")))
    mine = reader.html("privacy-mine", taps=kept["taps"], notes=kept["notes"], takes=kept["takes"])
    row = (
        Button(reader.plain("button-export"), tap_data(NAMESPACE, "export")),
        Button(reader.plain("button-erase"), tap_data(NAMESPACE, "ask"), style="danger"),
    )
    return message(lines(text, "", mine, reader.html("privacy-commands")), (row,))


def _question(reader: Reader) -> Message:
    row = (
        Button(reader.plain("button-erase-yes"), tap_data(NAMESPACE, "yes"), style="danger"),
        Button(reader.plain("button-no"), tap_data(NAMESPACE, "no")),
    )
    return message(reader.html("erase-ask"), (row,))


async def _erase(desk: Desk, caller: Caller) -> Answer:
    """Every linked identity of this person. Doing it again finds nothing more."""
    who, incoming = caller.incoming.person, caller.incoming
    async with desk.db.write() as conn:
        for one in await identities.everywhere(conn, who.channel, who.user_id):
            await erase(conn, *one, event_id=incoming.event_id)
    await desk.db.fold()
    said = message(caller.reader.html("erase-done", owner="yes" if caller.is_owner else "no"))
    return Answer(edit=said, fallback_edit=True) if incoming.kind == "tap" else Answer(messages=(said,))


def _export_lines(one: tuple[str, str], subjects: dict[str, list[dict[str, Any]]]) -> list[str]:
    told = [f"# {one[0]} {one[1]}"]
    for name, rows in subjects.items():
        told += [f"## {name}", *(json.dumps(_dated(row), ensure_ascii=False) for row in rows)]
    return told


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """Times as people read them."""
    if "at" not in row:
        return row
    return {**row, "at": datetime.fromtimestamp(row["at"] / 1000, tz=UTC).isoformat(timespec="seconds")}


def _parts(told: list[str], reader: Reader) -> list[str]:
    """The lines in as many messages as they need; a long note is cut between messages, never dropped."""
    found, size = [reader.html("export-title")], 0
    for line in told:
        for start in range(0, len(line), LONGEST // 6):
            piece = reader.escaped(line[start : start + LONGEST // 6])
            if size + len(piece) > LONGEST:
                found.append("")
                size = 0
            found[-1] = f"{found[-1]}\n{piece}" if found[-1] else piece
            size += len(piece) + 1
    return found
