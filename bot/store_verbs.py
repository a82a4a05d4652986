"""The verbs that read the label store: stats, verify, export."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.messages.stats_table import stats_table
from bot.open_store import open_store
from bot.settings import Settings
from bot.terminal import terminal_reader
from storage import export as exporting
from storage import ledger
from storage.database import Database
from storage.errors import UnknownSignal
from storage.standing import first_day, standing

DAY_MS = 86_400_000
BATCH = 5_000


async def stats(settings: Settings, days: int | None, as_json: bool) -> int:
    """Print the figures of the followable track: a table in the settings' language, or everything as JSON."""
    first = first_day(SystemClock().now_ms(), days)
    db = await opened(settings)
    try:
        async with db.read() as conn:
            found = await standing(conn, first)
    finally:
        await db.close()
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        print(stats_table(found, days, terminal_reader(settings)))
    return 0


async def verify(settings: Settings, ident: str | None, as_json: bool) -> int:
    """Recompute the chains; 1 where a line does not match."""
    reader = terminal_reader(settings)
    db = await opened(settings)
    try:
        async with db.read() as conn:
            problems = await ledger.verify(conn, None if ident is None else ident_of(ident))
            heads = {name: await ledger.head(conn, name) for name in ledger.CHAINS}
    except UnknownSignal as error:
        raise SettingsError(reader.plain("store-no-signal", ident=str(ident))) from error
    finally:
        await db.close()
    if as_json:
        print(json.dumps({"problems": [asdict(problem) for problem in problems], "heads": heads}))
    else:
        for problem in problems:
            print(_told(problem))
        if not problems:
            newest = ", ".join(f"{name} {value[:12]}" for name, value in heads.items())
            print(reader.plain("verify-whole", heads=newest))
    return 1 if problems else 0


def _told(problem: ledger.Problem) -> str:
    """One problem in a line; what concerns no line or no signal names none.

    >>> _told(ledger.Problem("signals", 3, 4, "the line was changed"))
    'signals line 3 (signal 4): the line was changed'
    >>> _told(ledger.Problem("signals", 0, 99, "there is no signal 99"))
    'signals: there is no signal 99'
    """
    if not problem.position:
        return f"{problem.chain}: {problem.what}"
    signal = f" (signal {problem.number})" if problem.number else ""
    return f"{problem.chain} line {problem.position}{signal}: {problem.what}"


def ident_of(text: str) -> int | str:
    """A signal's number where it is one, else its uuid."""
    return int(text) if text.isdecimal() and text.isascii() else text


async def export(settings: Settings, table: str, form: str, out: Path) -> int:
    """Write a table to a file; it appears whole or not at all."""
    db = await opened(settings)
    partial = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        async with db.read() as conn:
            rows = exporting.rows(conn, table)
            count = await (_parquet(rows, partial, table) if form == "parquet" else _text(rows, partial, table, form))
        os.replace(partial, out)
    except OSError as error:
        raise SettingsError(f"--out: {out} cannot be written ({error.strerror})") from error
    finally:
        if partial.is_file():
            partial.unlink()
        await db.close()
    reader = terminal_reader(settings)
    print(reader.plain("export-done", count=count, table=table, file=str(out)))
    return 0


async def _text(rows: AsyncIterator[dict[str, Any]], path: Path, table: str, form: str) -> int:
    with path.open("w", encoding="utf-8", newline="") as stream:
        return await (_csv(rows, stream, table) if form == "csv" else _jsonl(rows, stream))


async def _jsonl(rows: AsyncIterator[dict[str, Any]], stream: TextIO) -> int:
    count = 0
    async for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


async def _csv(rows: AsyncIterator[dict[str, Any]], stream: TextIO, table: str) -> int:
    writer = csv.DictWriter(stream, exporting.COLUMNS[table])
    writer.writeheader()
    count = 0
    async for row in rows:
        writer.writerow(row)
        count += 1
    return count


async def _parquet(rows: AsyncIterator[dict[str, Any]], path: Path, table: str) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = [row async for row in rows]
    columns = {name: [row[name] for row in kept] for name in exporting.COLUMNS[table]}
    pq.write_table(pa.table(columns), path)
    return len(kept)


async def opened(settings: Settings) -> Database:
    """The open store. Raises SettingsError where there is none, or none that can be used."""
    return await open_store(existing(settings))


def existing(settings: Settings) -> str:
    """The store's URL. Raises SettingsError where no store was made yet."""
    url = settings.database_url
    path = Path(url.partition(":///")[2])
    if not path.exists():
        raise SettingsError(f"SHARPSIGNAL_DATA_DIR: there is no label store at {path}; `sharpsignal run` makes one")
    return url
