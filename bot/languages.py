"""The languages we have: whatever has a Fluent file `<language>.ftl` in `locales/`.

A language's text is that file and, after it, the parts of the same language beside it (`<language>.<part>.ftl`).
"""

from __future__ import annotations

from functools import cache
from importlib import resources

DEFAULT_LOCALE = "id"
_SUFFIX = ".ftl"


def _stems() -> list[str]:
    names = (entry.name for entry in resources.files("locales").iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def _locales() -> tuple[str, ...]:
    """The default first, then the others by code."""
    return tuple(
        sorted((stem for stem in _stems() if "." not in stem), key=lambda code: (code != DEFAULT_LOCALE, code))
    )


LOCALES = _locales()


def pick_locale(code: str, default: str = DEFAULT_LOCALE) -> str:
    """The language we have for a code, else `default`.

    >>> pick_locale("en-GB"), pick_locale("ID"), pick_locale("xx"), pick_locale("", "en")
    ('en', 'id', 'id', 'en')
    """
    language = code.strip().lower().replace("_", "-").split("-")[0]
    return language if language in LOCALES else default


@cache
def source(locale: str) -> str:
    """The text of a language: its file and its parts, by name."""
    mine = [stem for stem in _stems() if stem == locale or stem.startswith(f"{locale}.")]
    folder = resources.files("locales")
    return "\n".join(folder.joinpath(stem + _SUFFIX).read_text(encoding="utf-8") for stem in mine)
