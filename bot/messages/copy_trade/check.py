"""No text for copying bots leaves unless reading it back gives the signal's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.messages.copy_trade.cornix import cornix_text, parse_cornix
from bot.messages.copy_trade.orders import orders_of
from bot.messages.copy_trade.threecommas import call_of, parse_threecommas, threecommas_text

Form = Literal["cornix", "3commas"]
FORMS: tuple[Form, ...] = ("cornix", "3commas")


class NotEqual(ValueError):
    """Read back, the text says something else than the signal; it must not be sent."""


def copy_text(form: Form, document: Mapping[str, Any]) -> str:
    """The text of a signal for one kind of bot, read back and compared. Raises NotEqual."""
    try:
        text = cornix_text(document) if form == "cornix" else threecommas_text(document)
    except (ValueError, ArithmeticError) as error:
        raise NotEqual(str(error)) from error
    return checked(text, document, form)


def checked(text: str, document: Mapping[str, Any], form: Form = "cornix") -> str:
    """The text itself where reading it gives the signal's numbers. Raises NotEqual."""
    try:
        if form == "cornix":
            same = parse_cornix(text) == orders_of(document)
        else:
            same = parse_threecommas(text) == call_of(document)
    except (ValueError, ArithmeticError) as error:
        raise NotEqual(str(error)) from error
    if not same:
        raise NotEqual("the text says other numbers than the signal")
    return text
