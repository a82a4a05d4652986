"""Every sentence people read: Fluent files in `locales/`, one a language, with the same keys (tested)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast

from bot.languages import DEFAULT_LOCALE, LOCALES, pick_locale, source

__all__ = ["DEFAULT_LOCALE", "LOCALES", "MissingText", "attribute", "pick_locale", "say", "source"]

_TEXTS = frozenset({str})


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
    choices = _choices(locale, key)
    if choices is not None and _TEXTS.issuperset(map(type, values.values())):
        try:
            chosen = [value if (value := values[name]) in known else "" for name, known in choices]
            return _form(locale, key, *chosen) % values
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
def _choices(locale: str, key: str) -> tuple[tuple[str, frozenset[str]], ...] | None:
    """By which variables a sentence chooses its words, and the values of each that it knows; () for none.

    None for a sentence that does more than put texts in and choose by them: only its bundle can say it.

    >>> _choices("en", "signal-tp1"), [(name, sorted(known)) for name, known in _choices("en", "reasons-flow")]
    ((), [('confirmed', ['no', 'unknown', 'yes'])])
    """
    bundle = _bundle(locale)
    pattern = bundle.get_message(key).value if bundle.has_message(key) else None
    found: dict[str, frozenset[str]] = {}
    return tuple(found.items()) if pattern is not None and _is_plain(pattern, found) else None


def _is_plain(pattern: Any, choices: dict[str, frozenset[str]]) -> bool:
    """Whether a pattern is of texts, variables and choices by their values; the choices are added."""
    for element in getattr(pattern, "elements", [pattern]):
        held = getattr(element, "expression", element)
        if isinstance(held, ast.SelectExpression):
            if not isinstance(held.selector, ast.VariableReference):
                return False
            known = {variant.key.name for variant in held.variants if isinstance(variant.key, ast.Identifier)}
            if len(known) < len(held.variants):
                return False
            name = held.selector.id.name
            choices[name] = choices.get(name, frozenset()) | known
            if not all(_is_plain(variant.value, choices) for variant in held.variants):
                return False
        elif not isinstance(held, ast.TextElement | ast.VariableReference | ast.StringLiteral):
            return False
    return True


@cache
def _form(locale: str, key: str, *chosen: str) -> str:
    """A sentence with its words chosen ("": by a value that it does not know), for Python's `%`.

    That takes a tenth of the bundle's time.

    >>> _form("en", "signal-tp1"), _form("en", "reasons-flow", "yes")
    ('<b>TP1</b> %(price)s (50%%)', '5m order flow: agrees')
    """
    names = [name for name, _ in _choices(locale, key) or ()]
    return _chosen(_bundle(locale).get_message(key).value, dict(zip(names, chosen, strict=True)))


def _chosen(pattern: Any, values: Mapping[str, str]) -> str:
    parts: list[str] = []
    for element in getattr(pattern, "elements", [pattern]):
        held: Any = getattr(element, "expression", element)
        if isinstance(held, ast.SelectExpression):
            choice: Any = held
            wanted = values[choice.selector.id.name]
            fitting = (variant for variant in choice.variants if variant.key.name == wanted)
            variant = next(fitting, None) or next(variant for variant in choice.variants if variant.default)
            parts.append(_chosen(variant.value, values))
        elif isinstance(held, ast.VariableReference):
            parts.append(f"%({held.id.name})s")
        else:
            text = held.parse()["value"] if isinstance(held, ast.StringLiteral) else held.value
            parts.append(str(text).replace("%", "%%"))
    return "".join(parts)


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
