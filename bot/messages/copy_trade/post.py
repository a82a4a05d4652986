"""The messages for copying bots: the orders as a plain message of their own, and the word that ends them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.messages.copy_trade.check import FORMS, Form, NotEqual, copy_text
from bot.messages.copy_trade.cornix import CLOSE
from bot.messages.copy_trade.threecommas import close_text
from bot.messages.markup import escape, message
from bot.messages.reader import Reader
from bot.messages.view import SignalView
from bot.ports import Button, Message

LOG = logging.getLogger(__name__)
OPENED, CLOSED = "copy_open", "copy_close"
MOST_COPIED = 256  # characters that a button can carry
ENDED_BY_US = ("invalidated", "timeout", "missed", "expired", "cancelled", "touched")


def form_of(preference: str | None, mode: str) -> Form | None:
    """Which text a chat wants: `cornix` or `3commas`, of signals whose edge is proven; with ` all`, of every signal.

    >>> form_of("cornix", "live"), form_of("cornix", "paper"), form_of("3commas all", "paper"), form_of(None, "live")
    ('cornix', None, '3commas', None)
    """
    form, _, rest = (preference or "").partition(" ")
    known = next((one for one in FORMS if one == form), None)
    return known if mode == "live" or rest == "all" else None


def copy_button(view: SignalView, reader: Reader) -> Button | None:
    """The orders for Cornix on the clipboard while there is something to enter; of signals whose edge is proven."""
    over = view.ended or view.step("filled") is not None
    if view.demo or over or form_of("cornix", view.document["mode"]) is None:
        return None
    try:
        text = copy_text("cornix", view.document)
    except NotEqual as error:
        LOG.error("signal #%s has no button for copying: %s", view.document["number"], error)
        return None
    return Button(reader.plain("button-cornix"), copy=text) if len(text) <= MOST_COPIED else None


def copy_message(view: SignalView, state: str, payload: Mapping[str, Any], now: int) -> Message | None:
    """The orders, or what ends them; None where there is nothing to say, or nothing that is sure."""
    form: Form = "3commas" if payload.get("form") == "3commas" else "cornix"
    if state == CLOSED:
        return _closing(view, form, now)
    if view.ended:
        return None
    try:
        text = copy_text(form, view.document)
    except NotEqual as error:
        LOG.error("signal #%s is not sent for copying: %s", view.document["number"], error)
        return None
    return message(escape(text), silent=True)


def _closing(view: SignalView, form: Form, now: int) -> Message | None:
    """Only where no order of the follower ends it anyway: stop and targets are theirs already."""
    outcome = view.outcome
    ended = None if outcome is None else outcome["followable"]["exit_reason"]
    if view.over is not None and view.over.why != "reported":
        ended = view.over.why
    elif outcome is not None and ended == "reported":
        ended = outcome["exit_reason"]  # who was filled all the same
    if ended not in ENDED_BY_US:
        return None
    if form == "cornix":
        return message(CLOSE, silent=True)
    at = datetime.fromtimestamp(now / 1000, tz=UTC).isoformat(timespec="seconds")
    return message(escape(close_text(view.document, at)), silent=True)
