"""A kill at any moment: everything of a transaction or nothing, and nothing that was to be said is forgotten."""

from __future__ import annotations

import json
import os
import signal as signals_of_the_system
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Person
from storage import decisions, engine_state, feedback, inbox, ledger, outbox, outcomes, signals
from storage.database import Database
from tests.storage.documents import START, decided, ended, outcome, signal, uuid_of

ROOT = Path(__file__).resolve().parents[2]
CHATS = ("-1", "-2")


async def _tell(conn: AsyncConnection, kind: str, number: int, state: str, key: str) -> None:
    for address in CHATS:
        await outbox.enqueue(
            conn,
            channel="telegram",
            address=address,
            kind=kind,
            number=number,
            state=state,
            dedupe_key=key,
            payload=None,
            priority=outbox.PRIORITY[kind],
            at=START,
        )


async def _publish(conn: AsyncConnection, number: int) -> None:
    await decisions.add(conn, decided(number), policy_version="p1")
    await signals.add(conn, signal(number), ts_ms=START + number)
    await _tell(conn, "signal", number, "new", f"signal:{number}")
    await engine_state.save(conn, json.dumps({"published": number}), START + number)


async def _close(conn: AsyncConnection, number: int) -> None:
    await signals.add_progress(conn, uuid_of(number), "filled", START, 99.9, None)
    await outcomes.add(conn, outcome(number), closed_ms=START + number)
    await decisions.label(conn, uuid_of(number), ended(number))
    await _tell(conn, "edit", number, "closed", f"edit:{number}")
    await _tell(conn, "reply", number, "closed", f"closed:{number}")
    await engine_state.save(conn, json.dumps({"published": number, "closed": number}), START + 99 + number)


async def _whole_story(db: Database) -> None:
    """A signal from its decision to its end, with a vote, and a sender at work between the transactions."""
    async with db.write() as conn:
        await _publish(conn, 1)
    await _send_one(db)
    async with db.write() as conn:
        await inbox.put(conn, "telegram", "77", "{}", START)
    async with db.write() as conn:
        await feedback.toggle(conn, 1, Person("telegram", "7"), "up", START, "77")
        await _tell(conn, "edit", 1, "new", "edit:1")
        await inbox.done(conn, 1)
    await _send_one(db)
    async with db.write() as conn:
        await _close(conn, 1)
    await _send_one(db)


async def _send_one(db: Database) -> None:
    async with db.write() as conn:
        rows = await outbox.lease(conn, "telegram", START + 1000, 1)
    for row in rows:
        async with db.write() as conn:
            await outbox.sent(conn, row.id, f"m{row.id}", START + 1000)


async def _figures(conn: AsyncConnection) -> dict[str, int]:
    tables = ("signals", "outcomes", "decisions", "labels", "feedback_events", "votes", "outbox", "ledger_heads")
    return {name: (await conn.exec_driver_sql(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}


async def _check(copy: Path) -> dict[str, int]:
    """Open what a kill left, and have everything said that is to be said."""
    async with await Database.open(f"sqlite+aiosqlite:///{copy}") as db:
        async with db.read() as conn:
            found = await _figures(conn)
            loaded = await engine_state.load(conn)
            waiting = await inbox.pending(conn, "telegram")
            assert await ledger.verify(conn, None) == []
        state = json.loads(loaded[0]) if loaded else {}
        assert found["signals"] == found["decisions"] == state.get("published", 0)
        assert found["outcomes"] == found["labels"] == state.get("closed", 0)
        edits = max(found["votes"], found["outcomes"])
        assert found["outbox"] == 2 * (found["signals"] + edits + found["outcomes"])
        assert found["feedback_events"] == found["votes"]
        assert not (waiting and found["votes"])
        said = await _say_everything(db)
        assert {key for key in said if key[1].startswith("closed")} <= {(chat, "closed:1") for chat in CHATS}
        async with db.read() as conn:
            assert (await outbox.stats(conn))["pending"] == 0
            for address in CHATS * found["signals"]:
                assert await outbox.message_id_of(conn, "telegram", address, 1)
    return found


async def _say_everything(db: Database) -> list[tuple[str, str]]:
    said = []
    async with db.write() as conn:
        await outbox.take_back(conn, "telegram")
        while rows := await outbox.lease(conn, "telegram", START + 2000, 10):
            for row in rows:
                said.append((row.address, row.dedupe_key))
                await outbox.sent(conn, row.id, f"again{row.id}", START + 2000)
    return said


async def test_a_kill_after_any_statement_leaves_a_whole_store(db: Database, tmp_path: Path) -> None:
    """The files are photographed after every statement: what a new process would find had this one been killed."""
    images: list[tuple[bytes, bytes]] = []
    statements = 0

    def photograph(*arguments: Any) -> None:
        nonlocal statements
        statements += 1
        image = ((tmp_path / "store.db").read_bytes(), (tmp_path / "store.db-wal").read_bytes())
        if not images or images[-1] != image:
            images.append(image)

    async with db.write() as conn:
        engine: Engine = conn.sync_engine
    event.listen(engine, "after_cursor_execute", photograph)
    await _whole_story(db)
    event.remove(engine, "after_cursor_execute", photograph)
    await db.close()
    assert await _check(tmp_path / "store.db") == {
        "signals": 1,
        "outcomes": 1,
        "decisions": 1,
        "labels": 1,
        "feedback_events": 1,
        "votes": 1,
        "outbox": 6,
        "ledger_heads": 2,
    }
    assert statements > 50
    seen = set()
    for index, (file, log) in enumerate(images):
        copy = tmp_path / f"copy{index}.db"
        copy.write_bytes(file)
        copy.with_name(f"{copy.name}-wal").write_bytes(log)
        seen.add(tuple((await _check(copy)).values()))
    assert len(images) >= 9
    assert len(seen) == 4


WRITER = """
import asyncio, sys
from storage.database import Database
from tests.storage import test_kills

async def main():
    db = await Database.open(sys.argv[1])
    async with db.write() as conn:
        for left in await test_kills.signals.active(conn):
            await test_kills._close(conn, left.number)
        number = await test_kills.signals.next_number(conn)
    while True:
        async with db.write() as conn:
            await test_kills._publish(conn, number)
        async with db.write() as conn:
            await test_kills._close(conn, number)
        number += 1
        print("ready", flush=True)

asyncio.run(main())
"""


def _write_and_kill(url: str, seconds: float) -> None:
    command = [sys.executable, "-c", WRITER, url]
    paths = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=paths) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert writer.poll() is None
        writer.send_signal(signals_of_the_system.SIGKILL)
        assert writer.wait() == -signals_of_the_system.SIGKILL


async def test_a_process_killed_in_the_middle_of_writing_is_taken_up_by_the_next(url: str, tmp_path: Path) -> None:
    before = 0
    for seconds in (0.15, 0.21, 0.27):
        _write_and_kill(url, seconds)
        async with await Database.open(url) as db, db.read() as conn:
            found = await _figures(conn)
            loaded = await engine_state.load(conn)
            assert loaded is not None
            state = json.loads(loaded[0])
            assert found["signals"] == state["published"] > before
            assert found["outcomes"] == found["labels"] == state.get("closed", found["signals"] - 1)
            assert found["outbox"] == 2 * found["signals"] + 4 * found["outcomes"]
            assert await ledger.verify(conn, None) == []
            before = found["signals"]
            last = await signals.get(conn, before)
            assert last is not None
            assert last.state == ("closed" if "closed" in state else "waiting")
    with sqlite3.connect(tmp_path / "store.db") as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
