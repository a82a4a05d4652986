"""The line to Twilio: its own client over aiohttp, with the timeouts, hosts and bodies that it forgets."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client


class TwilioHttp:
    """What Twilio's client calls to make a request. Build it inside a running loop.

    Twilio's own asynchronous client ignores its timeout, sends JSON as a form, and builds its credentials in a way that
    aiohttp warns about; `base` sends every host of theirs to one root (edge, region, a local server).
    """

    is_async = True

    def __init__(self, base: str | None, timeout: float) -> None:
        self._base = base.rstrip("/") if base else None
        self._timeout = timeout
        self._inner = AsyncTwilioHttpClient(max_retries=None)

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """One request; raises aiohttp.ClientError or TimeoutError when the line fails."""
        if self._base:
            parts = urlsplit(url)
            url = self._base + urlunsplit(("", "", parts.path, parts.query, ""))
        sent_headers = dict(headers or {})
        if auth is not None:
            sent_headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        body: object = data
        if sent_headers.get("Content-Type") == "application/json" and data is not None:
            body = json.dumps(data)
        pause = timeout or self._timeout
        return await self._inner.request(method, url, params, body, sent_headers, None, pause, allow_redirects)

    async def close(self) -> None:
        """End the connections."""
        await self._inner.close()


class TwilioLine:
    """One Twilio account and the WhatsApp number it sends from."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        base_url: str | None = None,
        *,
        status_callback: str | None = None,
        timeout: float = 15.0,
    ) -> None:
        self._account = account_sid
        self._token = auth_token
        self._sender = whatsapp(sender)
        self._base = base_url
        self._status_callback = status_callback
        self._timeout = timeout
        self._http: TwilioHttp | None = None
        self._client: Any = None
        logging.getLogger("twilio.async_http_client").setLevel(logging.WARNING)

    async def send(self, number: str, body: str) -> str:
        """Send a text within the 24 h window; the message's SID. Raises what Twilio's client and aiohttp raise."""
        if self._http is None:
            self._http = TwilioHttp(self._base, self._timeout)
            self._client = Client(self._account, self._token, http_client=self._http)
        wanted: dict[str, str] = {"to": whatsapp(number), "from_": self._sender, "body": body}
        if self._status_callback:
            wanted["status_callback"] = self._status_callback
        message = await self._client.messages.create_async(**wanted)
        return str(message.sid)

    async def close(self) -> None:
        """End the connections."""
        if self._http is not None:
            await self._http.close()


def whatsapp(number: str) -> str:
    """A number as Twilio writes WhatsApp addresses.

    >>> whatsapp("+62812"), whatsapp("whatsapp:+62812")
    ('whatsapp:+62812', 'whatsapp:+62812')
    """
    return number if number.startswith("whatsapp:") else f"whatsapp:{number}"
