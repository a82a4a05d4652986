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
            url = rebased(url, self._base)
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


def rebased(url: str, base: str) -> str:
    """A Twilio address at another root; at one of Twilio's own edges each product keeps its name.

    >>> rebased("https://content.twilio.com/v1/Content?a=1", "http://127.0.0.1:8")
    'http://127.0.0.1:8/v1/Content?a=1'
    >>> rebased("https://content.twilio.com/v1/Content", "https://api.singapore.us1.twilio.com")
    'https://content.singapore.us1.twilio.com/v1/Content'
    """
    wanted, root = urlsplit(url), urlsplit(base)
    host = root.netloc
    if host.startswith("api.") and host.endswith(".twilio.com"):
        host = (wanted.hostname or "").partition(".")[0] + host.removeprefix("api")
    return urlunsplit((root.scheme, host, root.path.rstrip("/") + wanted.path, wanted.query, ""))


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

    async def send(
        self,
        number: str,
        *,
        body: str | None = None,
        media_url: list[str] | None = None,
        content_sid: str | None = None,
        content_variables: str | None = None,
    ) -> str:
        """Send a text (and pictures) within the window, or a content template; the message's SID.

        Raises what Twilio's client and aiohttp raise.
        """
        given: dict[str, object] = {
            "body": body,
            "media_url": media_url,
            "content_sid": content_sid,
            "content_variables": content_variables,
            "status_callback": self._status_callback,
        }
        wanted = {name: value for name, value in given.items() if value}
        client = self._open()
        message = await client.messages.create_async(to=whatsapp(number), from_=self._sender, **wanted)
        return str(message.sid)

    async def account(self) -> str:
        """The account's status, by a call that changes nothing. Raises as `send` does."""
        found = await self._open().api.v2010.accounts(self._account).fetch_async()
        return str(found.status)

    async def approval(self, sid: str) -> str:
        """Where WhatsApp's approval of a content template stands: approved, pending, rejected, unsubmitted, …

        Raises as `send` does (404 for a template that is not there).
        """
        found = await self._open().content.v1.contents(sid).approval_fetch().fetch_async()
        return str((found.whatsapp or {}).get("status") or "unsubmitted")

    async def create_content(self, document: Mapping[str, Any]) -> str:
        """Create a content template; its SID. Raises what Twilio's client and aiohttp raise."""
        client = self._open()
        version = client.content.v1
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        made = await version.create_async("POST", "/Content", data=dict(document), headers=headers)
        return str(made["sid"])

    async def ask_approval(self, sid: str, name: str, category: str) -> None:
        """Ask WhatsApp to approve a content template. Raises as `create_content` does."""
        version = self._open().content.v1
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        asked = {"name": name, "category": category}
        await version.create_async("POST", f"/Content/{sid}/ApprovalRequests/whatsapp", data=asked, headers=headers)

    def _open(self) -> Any:
        if self._http is None:
            self._http = TwilioHttp(self._base, self._timeout)
            self._client = Client(self._account, self._token, http_client=self._http)
        return self._client

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
