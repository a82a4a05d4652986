"""HTTP to the Bot API over aiohttp: python-telegram-bot's own client takes twice the time for a message.

What the library expects of a client holds: TimedOut where no answer came in time, NetworkError where the line failed,
with aiohttp's error as the cause (bot/channels/telegram/errors.py reads from it whether anything was sent).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
import pydantic_core
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_S = 5.0
FILES_S = 120.0  # a call that brings files along
KEPT_S = 60.0  # how long a connection stays open unused; the other side ends it after 75 s
HERE = ("127.0.0.1", "localhost", "::1")


class Wire(BaseRequest):
    """At most `connections` to one host. `timeout` (s): for a connection to come free, and for an answer.

    `on_date` hears the Date header of each answer. A proxy is taken from the environment, unless `root` is this
    machine.
    """

    def __init__(self, root: str, connections: int, timeout: float, on_date: Callable[[str], None]) -> None:
        self._root = root
        self._connections = connections
        self._timeout = timeout
        self._on_date = on_date
        self._session: aiohttp.ClientSession | None = None
        self._over = False

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where a call does not say."""
        return self._timeout

    async def initialize(self) -> None:
        """The first call dials."""
        self._over = False

    async def shutdown(self) -> None:
        """End the connections."""
        self._over = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises TimedOut or NetworkError."""
        wait: float | None = self._timeout if read_timeout is self.DEFAULT_NONE else read_timeout
        files = request_data is not None and request_data.contains_files
        upload = FILES_S if files else self._timeout
        limits = aiohttp.ClientTimeout(
            total=None if wait is None else self._timeout + CONNECT_S + upload + wait,
            connect=self._timeout + CONNECT_S,
            sock_connect=min(CONNECT_S, self._timeout),
            sock_read=wait,
        )
        body = None if request_data is None else _body(request_data)
        headers = {} if body is None or files else {"Content-Type": "application/json"}
        try:
            return await self._ask(method, url, data=body, headers=headers, timeout=limits)
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(_told(error)) from error

    async def _ask(self, method: str, url: str, **how: Any) -> tuple[int, bytes]:
        async with self._open().request(method, url, allow_redirects=False, **how) as answer:
            body = await answer.read()
        self._on_date(answer.headers.get("Date", ""))
        return answer.status, body

    def _open(self) -> aiohttp.ClientSession:
        if self._over:
            raise RuntimeError("the line to Telegram is closed")
        if self._session is None:
            parts = urlsplit(self._root)
            here = parts.hostname in HERE
            secure = httpx.create_ssl_context(trust_env=not here) if parts.scheme == "https" else True
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEPT_S, ssl=secure),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=None if here else proxy_for(self._root),
            )
        return self._session


def _told(error: Exception) -> str:
    """What failed, for people: which door did not open, and why where there is more to say."""
    if not isinstance(error, aiohttp.ClientConnectorError):
        return f"{type(error).__name__}: {error}"
    why = error.os_error.strerror or ""
    more = "" if not why or why.startswith("Connect call failed") else f": {why}"
    return f"cannot connect to {error.host}:{error.port}{more}"


def proxy_for(root: str) -> str | None:
    """The proxy that the environment wants for a URL (HTTPS_PROXY and friends, NO_PROXY), None for none."""
    parts = urlsplit(root)
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def _body(request: RequestData) -> bytes | aiohttp.FormData:
    """Parameters as JSON, which is made quicker than a form; with files as a form in several parts."""
    if not request.contains_files:
        return pydantic_core.to_json(request.parameters)
    form = aiohttp.FormData()
    for name, value in request.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
