"""How long a text is for Telegram: it counts UTF-16 units, so most emoji are two."""

from __future__ import annotations

ELLIPSIS = "…"
_JOINER, _SELECTORS = "\u200d", "\ufe0e\ufe0f"


def units(text: str) -> int:
    """UTF-16 units of a text.

    >>> units("a🟢"), units("…")
    (3, 1)
    """
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int, end: str = "") -> str:
    """The text in at most `most` units, with `end` where something was left out; no emoji is cut in two.

    >>> cut("ab🟢c", 4), cut("ab🟢c", 3), cut("ab🟢cd", 5, "…")
    ('ab🟢', 'ab', 'ab🟢…')
    """
    if units(text) <= most:
        return text
    room, kept = most - units(end), 0
    for char in text:
        room -= units(char)
        if room < 0:
            break
        kept += 1
    while kept and _goes_on(text, kept):
        kept -= 1
    return text[:kept] + end


def _goes_on(text: str, at: int) -> bool:
    """Whether what stands before `at` belongs to one sign with what stands there."""
    return text[at] == _JOINER or text[at] in _SELECTORS or text[at - 1] == _JOINER
