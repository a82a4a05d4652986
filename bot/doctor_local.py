"""What `doctor` finds on this machine: settings, time zones, disk, the label store, the port."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot.api.server import bind
from bot.doctor import Check
from bot.errors import SettingsError
from bot.messages.reader import Reader
from bot.settings import Settings
from bot.terminal import terminal_reader
from storage.migrate import is_current
from storage.store_lock import StoreLock, StoreTaken

ENV_FILE = Path(".env")
LEAST_FREE = 500 * 2**20
GOOD_FREE = 5 * 2**30
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC")


async def settings_read(settings: Settings) -> Sequence[Check]:
    """That they can be read is known here; the file must not be open to others on this machine."""
    reader, pairs = terminal_reader(settings), ",".join(settings.pairs)
    told = reader.plain("doctor-settings", locale=settings.locale, zone=settings.timezone, pairs=pairs)
    if not ENV_FILE.is_file():
        return [Check("settings", "ok", reader.plain("doctor-settings-no-file", told=told))]
    if stat.S_IMODE(ENV_FILE.stat().st_mode) & 0o077:
        return [Check("settings", "warn", reader.plain("doctor-settings-open", told=told), "chmod 600 .env")]
    return [Check("settings", "ok", told)]


async def time_zones(settings: Settings) -> Sequence[Check]:
    """The zone data that Indonesian readers need, and how many there are."""
    reader = terminal_reader(settings)
    missing = [name for name in (*ZONES, settings.timezone) if name not in available_timezones()]
    if missing or ZoneInfo("Asia/Jakarta").key != "Asia/Jakarta":
        words = reader.plain("doctor-zones-missing", zones=", ".join(missing))
        return [Check("time zones", "fail", words, reader.plain("doctor-zones-mend"))]
    return [Check("time zones", "ok", reader.plain("doctor-zones", count=str(len(available_timezones()))))]


async def disk(settings: Settings) -> Sequence[Check]:
    """Room where the data folder is or will be."""
    place = settings.data_dir.absolute()
    while not place.is_dir():
        place = place.parent
    reader, free = terminal_reader(settings), shutil.disk_usage(place).free
    told = reader.plain("doctor-disk", free=reader.number(free / 2**30, 1), folder=str(settings.data_dir))
    if free < LEAST_FREE:
        return [Check("disk", "fail", told, reader.plain("doctor-disk-mend"))]
    if free < GOOD_FREE and settings.record_days:
        return [Check("disk", "warn", told, reader.plain("doctor-disk-tape-mend"))]
    return [Check("disk", "ok", told)]


async def database(settings: Settings) -> Sequence[Check]:
    """The label store: there, ours, of this version, whole, and writable (or in use by the live process)."""
    reader = terminal_reader(settings)
    if not settings.database_url.startswith("sqlite"):
        words, mend = reader.plain("doctor-database-kind"), reader.plain("doctor-database-kind-mend")
        return [Check("database", "fail", words, mend)]
    path = Path(settings.database_url.partition(":///")[2])
    return [await asyncio.to_thread(_database, path, reader)]


def _database(path: Path, reader: Reader) -> Check:
    home = path.parent
    while not home.exists():
        home = home.parent
    if not os.access(home, os.W_OK | os.X_OK):
        words = reader.plain("doctor-database-folder", folder=str(home))
        return Check("database", "fail", words, reader.plain("doctor-database-folder-mend"))
    if not path.exists():
        return Check("database", "ok", reader.plain("doctor-database-none", path=str(path)))
    problem = _problem(path, reader)
    if problem is not None:
        return problem
    try:
        with StoreLock(path):
            if not os.access(path, os.W_OK):
                mend = reader.plain("doctor-database-read-only-mend", path=str(path))
                return Check("database", "fail", reader.plain("doctor-database-read-only", path=str(path)), mend)
    except StoreTaken as error:
        return Check("database", "ok", reader.plain("doctor-database-used", path=str(path), pid=str(error.pid)))
    except OSError as error:
        words = reader.plain("doctor-database-lock", path=str(path), why=str(error.strerror))
        return Check("database", "fail", words, reader.plain("doctor-database-lock-mend"))
    return Check("database", "ok", reader.plain("doctor-database", path=str(path)))


def _problem(path: Path, reader: Reader) -> Check | None:
    """What is wrong inside; read only, so that it may be asked beside the live process."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as found:
            whole = found.execute("PRAGMA quick_check(1)").fetchone()[0]
        if whole != "ok":
            words = reader.plain("doctor-database-damaged", path=str(path), why=str(whole))
            return Check("database", "fail", words, reader.plain("doctor-database-damaged-mend"))
        engine = create_engine(f"sqlite:///file:{path.absolute()}?mode=ro&uri=true", poolclass=NullPool)
        with engine.connect() as connection:
            current = is_current(connection)
    except ValueError as error:
        words = reader.plain("doctor-database-foreign", path=str(path), why=str(error))
        return Check("database", "fail", words, reader.plain("doctor-database-foreign-mend"))
    except (sqlite3.DatabaseError, DatabaseError) as error:
        why = error.orig if isinstance(error, DatabaseError) else error
        words = reader.plain("doctor-database-unreadable", path=str(path), why=str(why))
        return Check("database", "fail", words, reader.plain("doctor-database-unreadable-mend"))
    if not current:
        words = reader.plain("doctor-database-older", path=str(path))
        return Check("database", "warn", words, reader.plain("doctor-database-older-mend"))
    return None


async def port(settings: Settings) -> Sequence[Check]:
    """Whether pages and webhooks have their port; our own running process may hold it."""
    reader, address = terminal_reader(settings), f"{settings.host}:{settings.port}"
    try:
        (await bind(settings.host, settings.port)).close()
    except SettingsError as error:
        if "in use" in str(error):
            words = reader.plain("doctor-port-taken", address=address)
            return [Check("port", "warn", words, reader.plain("doctor-port-taken-mend"))]
        return [Check("port", "fail", str(error), reader.plain("doctor-port-mend"))]
    return [Check("port", "ok", reader.plain("doctor-port", address=address))]
