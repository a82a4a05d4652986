"""The label store, opened; what a person must mend is told in words."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError

from bot.errors import SettingsError
from storage.database import Database


async def open_store(url: str) -> Database:
    """The open store. Raises SettingsError where the file is none of ours, of a newer version, or cannot be used."""
    try:
        return await Database.open(url)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    except DatabaseError as error:
        raise SettingsError(f"SHARPSIGNAL_DATA_DIR: the label store cannot be opened ({error.orig})") from error
