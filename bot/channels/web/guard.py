"""Who may use the web chat: pages of this very server, opened under a name that is ours.

A page of another site could make a browser send requests here (cross-site posts, or a name that is pointed at this
machine). A browser always says where a post comes from and which name it believes it talks to; both must be ours.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from urllib.parse import urlsplit

from fastapi import Request

COOKIE = "sharpsignal_person"
LOCAL_PERSON = "local"
"""The user id of whoever sits at this machine."""

_PERSON = re.compile(r"[0-9a-f]{24}")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
CHART_HEADERS = PAGE_HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
}


def known_host(request: Request, hosts: frozenset[str]) -> bool:
    """Whether the browser talks to an address or a name of ours: an IP, localhost, or one of `hosts`."""
    name = host_name(request.headers.get("host", ""))
    if name == "localhost" or name in hosts:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def host_name(host: str) -> str:
    """The name of a Host header without its port.

    >>> host_name("127.0.0.1:8080"), host_name("[::1]:8080"), host_name("Chat.Example.org")
    ('127.0.0.1', '::1', 'chat.example.org')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def same_origin(request: Request) -> bool:
    """Whether a post comes from a page of this server (or from a program that is no browser)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    except ValueError:
        return False


def person_of(request: Request, hosts: frozenset[str] = frozenset()) -> str | None:
    """Who asks: the person at this machine, else whom the cookie names, else nobody yet.

    A proxy on this machine makes everybody look as if they sat here. So only who comes from here, to a name of this
    machine, past no proxy that says so is taken for the person here, and nobody is where a public name (`hosts`) says
    that there is a proxy: it may pass on neither the name nor the address that was asked.
    """
    here = request.client is not None and _is_here(request.client.host)
    forwarded = any(name in request.headers for name in _FORWARDED)
    if here and not forwarded and not hosts and _is_here(host_name(request.headers.get("host", ""))):
        return LOCAL_PERSON
    named = request.cookies.get(COOKIE, "")
    return named if _PERSON.fullmatch(named) else None


def _is_here(name: str) -> bool:
    """Whether an address or a name is this machine's own.

    >>> _is_here("127.0.0.1"), _is_here("localhost"), _is_here("::ffff:127.0.0.1"), _is_here("192.168.1.4")
    (True, True, True, False)
    """
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    inside = getattr(address, "ipv4_mapped", None)
    return bool((inside or address).is_loopback)


def new_person() -> str:
    """A name for a browser that is new here."""
    return secrets.token_hex(12)
