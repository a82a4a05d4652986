"""Every sentence people read: Fluent files in `locales/`, one a language, with the same keys (tested)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast

from bot.languages import DEFAULT_LOCALE, LOCALES, pick_locale, source

__all__ = ["DEFAULT_LOCALE", "LOCALES", "MissingText", "attribute", "pick_locale", "say", "source"]


class MissingText(LookupError):
    """A key or one of its variables is missing in a language: a mistake in the program, never shown to people."""


@cache
def _bundle(locale: str) -> FluentBundle:
    bundle = FluentBundle([locale], use_isolating=False)
    bundle.add_resource(FluentResource(source(locale)))
    return bundle


def say(locale: str, key: str, /, **values: str | int) -> str:
    """The sentence `key` in a language. Values are put in as they are; whole numbers choose the plural.

    Raises MissingText where the key or a variable of it is missing.
    """
    form = _form(locale, key)
    if form is not None and all(type(value) is str for value in values.values()):
        try:
            return form % values
        except KeyError:
            pass  # the bundle says which
    bundle = _bundle(locale)
    if not bundle.has_message(key):
        raise MissingText(f"{locale}: no text for {key}")
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise MissingText(f"{locale}: {key} is empty")
    return _formatted(locale, key, pattern, values)


@cache
def _form(locale: str, key: str) -> str | None:
    """A sentence that only puts values in, for Python's `%`: a tenth of the bundle's time. None for any other.

    >>> _form("en", "signal-tp1")
    '<b>TP1</b> %(price)s (50%%)'
    """
    bundle = _bundle(locale)
    pattern = bundle.get_message(key).value if bundle.has_message(key) else None
    if pattern is None:
        return None
    parts = [_part(element) for element in getattr(pattern, "elements", [pattern])]
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else None


def _part(element: Any) -> str | None:
    if isinstance(element, ast.TextElement):
        return str(element.value).replace("%", "%%")
    held = getattr(element, "expression", None)
    if isinstance(held, ast.VariableReference):
        return f"%({held.id.name})s"
    return str(held.parse()["value"]).replace("%", "%%") if isinstance(held, ast.StringLiteral) else None


def attribute(locale: str, key: str, name: str, /, **values: str | int) -> str:
    """What else the text `key` says under a name; "" where it says nothing. Raises MissingText as `say` does."""
    bundle = _bundle(locale)
    if not bundle.has_message(key):
        raise MissingText(f"{locale}: no text for {key}")
    pattern = bundle.get_message(key).attributes.get(name)
    return "" if pattern is None else _formatted(locale, f"{key}.{name}", pattern, values)


def _formatted(locale: str, key: str, pattern: Any, values: Mapping[str, str | int]) -> str:
    text, errors = _bundle(locale).format_pattern(pattern, dict(values))
    if errors:
        raise MissingText(f"{locale}: {key}: {errors[0]}")
    return str(text)
