"""The post of a signal, in its newest state, with its four buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.buttons import feedback_buttons
from bot.messages.markup import fold, lines, message
from bot.messages.reader import Reader
from bot.messages.reasons import area, detail, summary
from bot.messages.replies import reply_message
from bot.messages.states import timeline
from bot.messages.view import ProgressLike, SignalView, headline, marks
from bot.ports import Message

__all__ = ["ProgressLike", "SignalView", "reply_message", "signal_message"]


def signal_message(view: SignalView, reader: Reader) -> Message:
    """The whole post: every line of the alert, its state, what it is not, and the feedback buttons."""
    document = view.document
    markup = lines(
        headline(view, reader),
        *marks(view, reader),
        *timeline(view, reader),
        "",
        reader.html("signal-pair", pair=document["pair"], at=reader.moment(view.ts)),
        _bias(document, reader),
        reader.html("signal-structure", state=document["structure_4h"]),
        "",
        *_orders(document, reader),
        "",
        probability(document, reader),
        _risk(document, reader),
        _invalidation(document, reader),
        _triggers(document, reader),
        reader.html(
            "signal-expiry",
            until=reader.until(view.valid_until, view.ts),
            minutes=int(document["risk"]["expiry_minutes"]),
        ),
        "",
        summary(document, reader),
        fold(detail(view, reader)),
    )
    return message(markup, feedback_buttons(view.button_number, view.counts, view.demo))


def probability(document: Mapping[str, Any], reader: Reader) -> str:
    """The calibrated probability with its range and n, or plainly that there is none yet."""
    p, low, high = document["p_win"], document["p_win_low"], document["p_win_high"]
    n = reader.number(document["p_win_n"])
    if p is None:
        return reader.html("probability-none", n=n)
    if low is None or high is None:
        return reader.html("probability-point", p=reader.percent(p), n=n)
    return reader.html(
        "probability-range", p=reader.percent(p), low=reader.percent(low), high=reader.percent(high), n=n
    )


def _bias(document: Mapping[str, Any], reader: Reader) -> str:
    bias = document["bias_1d"]
    if bias is None:
        return reader.html("signal-bias-none")
    return reader.html("signal-bias", side=bias["side"], strength=reader.percent(bias["strength"]))


def _orders(document: Mapping[str, Any], reader: Reader) -> list[str]:
    orders, risk = document["orders"], document["risk"]
    rr_tp2 = 2 * risk["rr_target"] - risk["rr_tp1"]
    targets = [
        reader.html("signal-tp1", price=reader.number(orders["tp"][0])),
        reader.html("signal-tp2", price=reader.number(orders["tp"][1])),
    ]
    if orders["tp"][0] == orders["tp"][1]:
        targets = [reader.html("signal-tp-single", price=reader.number(orders["tp"][0]))]
    return [
        reader.html("signal-entry", zone=area(orders["entry"][0], orders["entry"][1], reader)),
        reader.html("signal-sl", price=reader.number(orders["sl"])),
        *targets,
        reader.html(
            "signal-rr",
            tp1=reader.number(risk["rr_tp1"], 2),
            tp2=reader.number(rr_tp2, 2),
            cost=reader.number(risk["cost_r"], 2),
        ),
    ]


def _risk(document: Mapping[str, Any], reader: Reader) -> str | None:
    risk = document["risk"]
    if document["mode"] == "paper":
        return reader.html("signal-risk-paper")
    multiplier = reader.number(risk["size_multiplier"], 2)
    return reader.html("signal-risk", share=reader.percent(risk["risk_fraction"], 2), multiplier=multiplier)


def _invalidation(document: Mapping[str, Any], reader: Reader) -> str:
    rule = document["invalidation"]
    return reader.html(
        "signal-invalidation", timeframe=rule["timeframe"], beyond=rule["close"], price=reader.number(rule["price"])
    )


def _triggers(document: Mapping[str, Any], reader: Reader) -> str:
    triggers = document["triggers_5m"]
    if triggers is None:
        return reader.html("signal-triggers-none")
    return reader.html("signal-triggers", triggers=triggers)
