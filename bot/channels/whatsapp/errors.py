"""Twilio's refusals in our own words: those that come at once, and those that a report brings later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from twilio.base.exceptions import TwilioException

from bot.errors import Fatal, Retryable

OUTSIDE = 63016  # free text outside the window, or a template that is not approved
PASSING = frozenset({20429, 63015, 63017, 63018, 63038})
TEMPLATE = frozenset({21655, 21656, 63013, 63021, 63028, 63040, 63041, 63042, 63049, 63051})
NOT_FOUND = frozenset({21211, 21614, 63003, 63024})
BLOCKED = frozenset({21610, 63032})
CREDENTIALS = frozenset({20003, 20005})


@contextmanager
def translated() -> Iterator[None]:
    """Raise Retryable or Fatal where Twilio or the line to it failed."""
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
        raise Retryable(f"Twilio cannot be reached: {error}", sent=False) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Retryable(f"no answer from Twilio: {error!r}", sent=None) from None
    except TwilioException as error:
        status, code = getattr(error, "status", None), getattr(error, "code", None)
        words = getattr(error, "msg", None) or getattr(error, "title", None) or str(error)
        raise refusal(status, code, str(words)) from None


def refusal(status: int | None, code: int | None, words: str) -> Retryable | Fatal:
    """What to do about an error answer: `status` of HTTP, `code` of Twilio.

    Beside the reasons of Fatal there are two that this channel deals with: `window` and `template`.

    >>> refusal(400, 63016, "outside the window").reason, refusal(503, None, "busy").sent
    ('window', False)
    """
    text = f"Twilio {code or status}: {words}"
    if code in PASSING or status == 429 or (status is not None and status >= 500):
        return Retryable(text, sent=False)
    if code in CREDENTIALS or status in (401, 403):
        return Fatal(f"{text}. Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN", "unauthorized")
    if code == OUTSIDE:
        return Fatal(text, "window")
    if code in TEMPLATE:
        return Fatal(text, "template")
    if code in NOT_FOUND:
        return Fatal(text, "not_found")
    return Fatal(text, "blocked" if code in BLOCKED else "rejected")
