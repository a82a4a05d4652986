"""The names that people give themselves, made fit to stand in our sentences."""

from __future__ import annotations

import unicodedata

LONGEST = 64
MARKS_IN_A_ROW = 2  # a letter may carry an accent or two; towers of marks reach into the lines above
_ISOLATE, _POP = "\u2068", "\u2069"
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that show nothing
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def shown_name(name: str, otherwise: str = "", longest: int = LONGEST) -> str:
    """A name on one line, at most `longest` characters, that cannot reorder or hide what stands around it.

    Control and direction characters, zero widths and line ends go; a name written from right to left is isolated.
    `otherwise` where nothing that can be seen is left.

    >>> shown_name("Ani\\u202e gnp.exe"), shown_name(" \\u200b\\n", "501"), shown_name("Budi\\nApproved \\u2705")
    ('Ani gnp.exe', '501', 'Budi Approved ✅')
    >>> shown_name("\\u05d3\\u05d5\\u05d3") == "\\u2068\\u05d3\\u05d5\\u05d3\\u2069"
    True
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", name):
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind[0] != "C" and char not in _BLANK and marks <= MARKS_IN_A_ROW:
            kept.append(char)
    words = " ".join("".join(kept).split())[:longest].strip()
    if not any(unicodedata.category(char)[0] in "LNPS" for char in words):
        return otherwise
    turned = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in words)
    return f"{_ISOLATE}{words}{_POP}" if turned else words
