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
from bot.settings import Settings
from storage.migrate import is_current
from storage.store_lock import StoreLock, StoreTaken

ENV_FILE = Path(".env")
LEAST_FREE = 500 * 2**20
GOOD_FREE = 5 * 2**30
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC")


async def settings_read(settings: Settings) -> Sequence[Check]:
    """That they can be read is known here; the file must not be open to others on this machine."""
    told = f"language {settings.locale}, zone {settings.timezone}, pairs {','.join(settings.pairs)}"
    if not ENV_FILE.is_file():
        return [Check("settings", "ok", f"{told}; no .env here, so from the environment and defaults")]
    if stat.S_IMODE(ENV_FILE.stat().st_mode) & 0o077:
        return [Check("settings", "warn", f"{told}; .env can be read by others on this machine", "chmod 600 .env")]
    return [Check("settings", "ok", told)]


async def time_zones(settings: Settings) -> Sequence[Check]:
    """The zone data that Indonesian readers need, and how many there are."""
    missing = [name for name in (*ZONES, settings.timezone) if name not in available_timezones()]
    if missing or ZoneInfo("Asia/Jakarta").key != "Asia/Jakarta":
        return [Check("time zones", "fail", f"no data for {', '.join(missing)}", "install the package tzdata")]
    return [Check("time zones", "ok", f"{len(available_timezones())} zones known")]


async def disk(settings: Settings) -> Sequence[Check]:
    """Room where the data folder is or will be."""
    place = settings.data_dir.absolute()
    while not place.is_dir():
        place = place.parent
    free = shutil.disk_usage(place).free
    told = f"{free / 2**30:.1f} GB free for {settings.data_dir}"
    if free < LEAST_FREE:
        return [Check("disk", "fail", told, "free at least 1 GB, or name another folder in SHARPSIGNAL_DATA_DIR")]
    if free < GOOD_FREE and settings.record_days:
        mend = "the recorded tape takes up to 4 GB: free some, or lower SHARPSIGNAL_RECORD_DAYS"
        return [Check("disk", "warn", told, mend)]
    return [Check("disk", "ok", told)]


async def database(settings: Settings) -> Sequence[Check]:
    """The label store: there, ours, of this version, whole, and writable (or in use by the live process)."""
    if not settings.database_url.startswith("sqlite"):
        mend = "leave DATABASE_URL empty: only SQLite is built"
        return [Check("database", "fail", "DATABASE_URL names a database that is not built yet", mend)]
    path = Path(settings.database_url.partition(":///")[2])
    return [await asyncio.to_thread(_database, path)]


def _database(path: Path) -> Check:
    home = path.parent
    while not home.exists():
        home = home.parent
    if not os.access(home, os.W_OK | os.X_OK):
        return Check("database", "fail", f"{home} cannot be written", "name a folder of yours in SHARPSIGNAL_DATA_DIR")
    if not path.exists():
        return Check("database", "ok", f"none yet; `sharpsignal run` makes {path}")
    problem = _problem(path)
    if problem is not None:
        return problem
    try:
        with StoreLock(path):
            if not os.access(path, os.W_OK):
                return Check("database", "fail", f"{path} is read-only", f"make it yours: chown or chmod u+w {path}")
    except StoreTaken as error:
        return Check("database", "ok", f"{path} is whole and in use by process {error.pid}")
    except OSError as error:
        return Check("database", "fail", f"{path} cannot be locked ({error.strerror})", "use a local disk")
    return Check("database", "ok", f"{path} is whole, writable and of this version")


def _problem(path: Path) -> Check | None:
    """What is wrong inside; read only, so that it may be asked beside the live process."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as found:
            whole = found.execute("PRAGMA quick_check(1)").fetchone()[0]
        if whole != "ok":
            mend = "stop the bot, keep a copy of the file, restore your newest backup"
            return Check("database", "fail", f"{path} is damaged: {whole}", mend)
        engine = create_engine(f"sqlite:///file:{path.absolute()}?mode=ro&uri=true", poolclass=NullPool)
        with engine.connect() as connection:
            current = is_current(connection)
    except ValueError as error:
        return Check("database", "fail", str(error), "name another folder in SHARPSIGNAL_DATA_DIR, or update")
    except (sqlite3.DatabaseError, DatabaseError) as error:
        why = error.orig if isinstance(error, DatabaseError) else error
        return Check("database", "fail", f"{path} cannot be read ({why})", "is it another program's file? Move it away")
    if not current:
        return Check("database", "warn", f"{path} is of an older version", "the next `sharpsignal run` updates it")
    return None


async def port(settings: Settings) -> Sequence[Check]:
    """Whether pages and webhooks have their port; our own running process may hold it."""
    address = f"{settings.host}:{settings.port}"
    try:
        (await bind(settings.host, settings.port)).close()
    except SettingsError as error:
        if "in use" in str(error):
            return [
                Check("port", "warn", f"{address} is taken", "right if SharpSignal runs; else set SHARPSIGNAL_PORT")
            ]
        return [Check("port", "fail", str(error), "mend SHARPSIGNAL_HOST or SHARPSIGNAL_PORT")]
    return [Check("port", "ok", f"{address} is free for the page and the webhooks")]
