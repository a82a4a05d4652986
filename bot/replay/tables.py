"""Tables, bars and numbers of the report as HTML; colours come from the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

NARROW = 24  # letters
_TAG = re.compile(r"<[^>]+>")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML. On a phone each row is a card that its first cell heads, and the others carry their names."""
    top = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = (
        '<tr role="row">' + "".join(_cell(name, cell) for name, cell in zip(head, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<table role="table"><thead><tr>{top}</tr></thead><tbody role="rowgroup">{"".join(body)}</tbody></table>'


def _cell(name: str, cell: str) -> str:
    """Words that are too long for a third of a phone get its whole width."""
    named = f' data-name="{escape(name)}"' if name else ""
    long = ' class="long"' if max(map(len, _TAG.split(cell))) > NARROW else ""
    return f'<td role="cell"{named}{long}><span>{cell}</span></td>'


def bars(rows: Sequence[tuple[str, int, str]], of: int | None = None) -> str:
    """Horizontal bars: label, count, and the class that colours it. With `of` shares of it are told, too."""
    most = max((count for _, count, _ in rows), default=0) or 1
    cells = []
    for label, count, kind in rows:
        share = f' <span class="soft">{share_text(count, of)}</span>' if of else ""
        cells.append(
            f'<div class="name">{escape(label)}</div><div class="track"><i class="{kind}" '
            f'style="width:{100 * count / most:.1f}%"></i></div><div class="count">{count:,}{share}</div>'
        )
    return f'<div class="bars">{"".join(cells)}</div>'


def share_text(count: float, of: float) -> str:
    """A share in percent; small ones keep a decimal.

    >>> share_text(1, 3), share_text(1, 1000), share_text(0, 7)
    ('33 %', '0.1 %', '0 %')
    """
    share = 100 * count / of
    return f"{share:.1f} %" if 0 < share < 9.95 else f"{share:.0f} %"


def r(value: float | None) -> str:
    """R with its sign, a dash where there is none.

    >>> r(-0.004), r(None)
    ('+0.00 R', '–')
    """
    return "–" if value is None else f"{value:+z.2f} R"


def coloured(value: float | None) -> str:
    return f'<span class="{sign(value)}">{r(value)}</span>'


def sign(value: float | None) -> str:
    """The class that colours a number."""
    return "" if not value else "good" if value > 0 else "bad"


def interval(low: float | None, high: float | None) -> str:
    """A 90 % interval.

    >>> interval(-0.31, 0.1), interval(None, None)
    ('-0.31 to +0.10', 'unknown')
    """
    return "unknown" if low is None or high is None else f"{low:+z.2f} to {high:+z.2f}"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def plain(value: float | None, places: int = 2) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def none(words: str) -> str:
    """What a section says that has nothing to show."""
    return f'<p class="none">{words}</p>'


def soft(words: str) -> str:
    """A remark."""
    return f'<p class="soft">{words}</p>'
