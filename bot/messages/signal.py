"""The post of a signal, in its newest state, with its four buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.buttons import feedback_buttons, tap_data
from bot.messages.copy_trade.post import copy_button
from bot.messages.markup import fold, lines, message
from bot.messages.opinion import post_lines
from bot.messages.personal_buttons import personal_buttons
from bot.messages.reader import Reader
from bot.messages.reasons import area, detail, summary
from bot.messages.replies import reply_message
from bot.messages.states import timeline
from bot.messages.view import SignalView, headline, marks, names
from bot.messages.width import packed
from bot.ports import Button, Message

__all__ = ["SignalView", "reply_message", "signal_message"]


def signal_message(view: SignalView, reader: Reader) -> Message:
    """The whole post: its state, the levels, what is known of the chance, what surrounds it, the reasons, buttons."""
    document = view.document
    markup = lines(
        headline(view, reader),
        *names(view, reader, reader.moment(view.ts)),
        *marks(view, reader),
        *timeline(view, reader),
        "",
        *_orders(view, reader),
        "",
        probability(document, reader),
        _risk(document, reader),
        *_limits(view, reader),
        *_surroundings(view, reader),
        "",
        *summary(document, reader),
        *post_lines(view.opinion, reader),
        fold(detail(view, reader)),
    )
    return message(markup, _buttons(view, reader))


def _buttons(view: SignalView, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    """The four of feedback; under a real signal, a person's own, its chart, and the orders to copy."""
    rows = feedback_buttons(view.button_number, view.counts, view.demo)
    if view.demo:
        return rows
    chart = Button(reader.plain("button-chart"), tap_data("c", view.button_number))
    copied = copy_button(view, reader)
    return (*rows, (*personal_buttons(view, reader), chart), *(() if copied is None else ((copied,),)))


def probability(document: Mapping[str, Any], reader: Reader) -> str:
    """The calibrated chance to win with its range and support, or plainly that there is none yet."""
    p, low, high = document["p_win"], document["p_win_low"], document["p_win_high"]
    n = reader.number(document["p_win_n"])
    if p is None:
        return reader.html("probability-none")
    if low is None or high is None:
        return reader.html("probability-point", p=reader.percent(p), n=n)
    low_text = reader.percent(low).rstrip("%\u00a0")
    return reader.html("probability-range", p=reader.percent(p), low=low_text, high=reader.percent(high), n=n)


def _orders(view: SignalView, reader: Reader) -> list[str]:
    document = view.document
    orders, risk = document["orders"], document["risk"]
    first, second = (reader.number(price) for price in orders["tp"])
    targets = [reader.html("signal-tp1", price=first), reader.html("signal-tp2", price=second)]
    if view.single_target:
        targets = [reader.html("signal-tp-single", price=first)]
    rr_tp2 = 2 * risk["rr_target"] - risk["rr_tp1"]
    zone = [reader.html("signal-entry", zone=area(orders["entry"][0], orders["entry"][1], reader))]
    if not view.progress and view.outcome is None:
        zone.append(reader.html("signal-price", price=reader.number(document["market"]["price"])))
    return [
        *packed(zone),
        reader.html("signal-sl", price=reader.number(orders["sl"])),
        *targets,
        *packed(
            [
                reader.html("signal-rr", tp1=reader.number(risk["rr_tp1"], 2), tp2=reader.number(rr_tp2, 2)),
                reader.html("signal-costs", cost=reader.number(risk["cost_r"], 2)),
            ]
        ),
    ]


def _risk(document: Mapping[str, Any], reader: Reader) -> str:
    risk = document["risk"]
    if document["mode"] == "paper":
        return reader.html("signal-risk-paper")
    multiplier = reader.number(risk["size_multiplier"], 2)
    return reader.html("signal-risk", share=reader.percent(risk["risk_fraction"], 2), multiplier=multiplier)


def _limits(view: SignalView, reader: Reader) -> list[str]:
    """How long the entry is good, and what ends the idea."""
    rule = view.document["invalidation"]
    minutes = int(view.document["risk"]["expiry_minutes"])
    return [
        *packed(
            [
                reader.html("signal-expiry", until=reader.until(view.valid_until, view.ts)),
                reader.span(60 * minutes),
            ]
        ),
        reader.html(
            "signal-invalidation",
            timeframe=rule["timeframe"],
            beyond="<" if rule["close"] == "below" else ">",
            price=reader.number(rule["price"]),
        ),
    ]


def _surroundings(view: SignalView, reader: Reader) -> list[str]:
    """What holding costs, how much is open already, and the larger frames."""
    document, context = view.document, view.context
    found: list[str] = []
    if context is not None and context.funding_at is not None:
        parts = [reader.html("signal-funding", at=reader.until(context.funding_at, view.ts))]
        if context.funding_r is not None:
            parts.append(reader.html("signal-funding-cost", r=reader.r(context.funding_r)))
        found += packed(parts)
    if context is not None:
        most = reader.number(round(context.most_r))
        found.append(reader.html("signal-heat", open=str(context.open_r), most=most))
    frames = [_bias(document["bias_1d"], reader), reader.html("signal-structure", state=document["structure_4h"])]
    return [*found, *packed(frames)]


def _bias(bias: Mapping[str, Any] | None, reader: Reader) -> str:
    """The daily bias; one that reads 0 % is no direction."""
    if bias is None:
        return reader.html("signal-bias-none")
    side = bias["side"] if bias["strength"] >= 0.005 else "neutral"
    return reader.html("signal-bias", side=side, strength=reader.percent(bias["strength"]))
