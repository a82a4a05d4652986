"""The few forms that every part of the board is made of; what comes in is HTML already, what is plain says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.messages.markup import escape


def said(lines: Iterable[str]) -> str:
    """Lines as chats get them, one paragraph."""
    return f'<p class="said">{"<br>".join(line.replace(chr(10), "<br>") for line in lines)}</p>'


def bar(share: float, kind: str = "") -> str:
    """A bar filled to a share in [0, 1]; what it says stands beside it in words."""
    width = round(100 * max(0.0, min(1.0, share)), 1)
    fill = f'<rect class="{kind or "fill"}" width="{width:g}" height="6"/>'
    return f'<svg class="gauge" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{fill}</svg>'


def button(command: str, label: str, more: str = "") -> str:
    """A press that writes a command into the chat; `label` is plain."""
    return f'<button type="button" class="ask{more}" data-say="/{escape(command)}">{escape(label)}</button>'


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str) -> str:
    """A table of HTML cells, the first of each row its head; `caption` and `heads` are HTML."""
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f'<td data-label="{head}">{cell}</td>' for head, cell in zip(heads[1:], row[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    name = f'<caption class="hidden">{caption}</caption>'
    return f'<table class="{kind}">{name}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def drawing(url: str, size: tuple[int, int], told: str) -> str:
    """A picture that says what `told` says in plain words; the box is as large before it has come."""
    width, height = size
    return (
        f'<img class="drawing" src="{escape(url)}" width="{width}" height="{height}" loading="lazy" '
        f'alt="{escape(told)}">'
    )
