"""Pictures for WhatsApp: Twilio fetches them from our own public address, for an hour, by a path nobody can guess.

A picture is a file named by its bytes; the path carries until when it may be fetched, and a seal over both. Files are
deleted a day after they were last put.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

from bot.clock import Clock

ROUTE = "/webhooks/twilio/media"
LIFE_MS = 3_600_000
KEPT_MS = 24 * 3_600_000
LARGEST = 5 << 20  # WhatsApp's limit for a picture
_NAME = re.compile(r"[0-9a-f]{32}")
_UNTIL = re.compile(r"[0-9]{13}")


class MediaShelf:
    """Where pictures wait to be fetched. `secret` seals the paths: whoever has it can make them."""

    def __init__(self, folder: Path, secret: str, public_url: str, clock: Clock) -> None:
        self._folder = folder
        self._key = hashlib.sha256(b"sharpsignal media\0" + secret.encode()).digest()
        self._root = public_url.rstrip("/")
        self._clock = clock

    async def put(self, png: bytes) -> str | None:
        """The address of a picture; None for one that WhatsApp would not take, or where there is no place for it."""
        if len(png) > LARGEST:
            return None
        name = hashlib.sha256(png).hexdigest()[:32]
        try:
            await asyncio.to_thread(self._write, name, png)
        except OSError:
            return None
        until = str(self._clock.now_ms() + LIFE_MS)
        return f"{self._root}{ROUTE}/{name}/{until}/{self._seal(name, until)}.png"

    def router(self) -> APIRouter:
        """The route that Twilio fetches from: 404 for everything that we did not seal or that is over."""
        router = APIRouter()

        @router.get(ROUTE + "/{name}/{until}/{seal}.png", include_in_schema=False)
        async def picture(name: str, until: str, seal: str) -> Response:
            found = await asyncio.to_thread(self._read, name) if self._valid(name, until, seal) else None
            if found is None:
                raise HTTPException(404, "no such picture")
            headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
            return Response(found, media_type="image/png", headers=headers)

        return router

    def _seal(self, name: str, until: str) -> str:
        return hmac.new(self._key, f"{name}/{until}".encode(), hashlib.sha256).hexdigest()[:40]

    def _valid(self, name: str, until: str, seal: str) -> bool:
        if not _NAME.fullmatch(name) or not _UNTIL.fullmatch(until):
            return False
        sealed = hmac.compare_digest(self._seal(name, until).encode(), seal.encode())
        return sealed and int(until) >= self._clock.now_ms()

    def _write(self, name: str, png: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._folder / f"{name}.{os.getpid()}.part"
        partial.write_bytes(png)
        os.utime(partial, (self._clock.now_ms() / 1000,) * 2)
        os.replace(partial, self._folder / f"{name}.png")
        oldest = (self._clock.now_ms() - KEPT_MS) / 1000
        for path in self._folder.iterdir():
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._folder / f"{name}.png").read_bytes()
        except OSError:
            return None
