"""What copying bots read says the signal's own numbers, or is not sent."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.copy_trade.check import NotEqual, checked, copy_text
from bot.messages.copy_trade.cornix import cornix_text, parse_cornix
from bot.messages.copy_trade.orders import Orders, orders_of
from bot.messages.copy_trade.post import CLOSED, OPENED, copy_button, copy_message
from bot.messages.copy_trade.threecommas import call_of, parse_threecommas, threecommas_text
from bot.messages.reader import Reader
from bot.messages.signal import signal_message
from bot.messages.view import SignalView
from bot.ports import Button
from tests.messages.examples import FILLED, READERS, TS, WIB, Step, outcome, short, signal

TEXT = "LINK/USDT LONG\nEntry zone 17.300-17.360\nTake Profit 17.532, 17.744\nStop 17.150"


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Signals of any price, tick and side, whose levels are in order."""
    places = draw(st.integers(0, 10))
    steps = [draw(st.integers(1, 10**6)) for _ in range(4)]
    stop = draw(st.integers(1, 10**9))
    low, tp1 = stop + steps[0], stop + steps[0] + steps[1] + steps[2]
    levels = [stop, low, low + steps[1], tp1, tp1 + draw(st.integers(0, 10**6))]
    side = draw(st.sampled_from(("long", "short")))
    if side == "short":
        most = levels[-1] + draw(st.integers(1, 10**6))
        levels = [most - level for level in levels]
    texts = [f"{Decimal(level).scaleb(-places):.{places}f}" for level in levels]
    entry = texts[1:3] if side == "long" else [texts[2], texts[1]]
    orders = {"entry": entry, "sl": texts[0], "tp": texts[3:]}
    market = {"price": texts[1], "spread": None, "oi": None, "funding": None}
    pair = f"{draw(st.from_regex('[A-Z0-9]{1,12}', fullmatch=True))}-USDT-SWAP"
    return signal(side=side, orders=orders, pair=pair, market=market)


@given(documents())
def test_any_signal_comes_back_as_it_is(document: dict[str, Any]) -> None:
    assert parse_cornix(copy_text("cornix", document)) == orders_of(document)
    assert parse_threecommas(copy_text("3commas", document)) == call_of(document)


@given(documents(), st.data())
def test_any_other_number_is_noticed(document: dict[str, Any], data: st.DataObject) -> None:
    """One digit of the text is another one: it is not sent."""
    text = cornix_text(document)
    first = text.index("\n")
    places = [i for i, sign in enumerate(text) if sign.isdigit() and i > first]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != text[place]]))
    with pytest.raises(NotEqual):
        checked(text[:place] + digit + text[place + 1 :], document)


def test_the_text_is_the_form_that_bots_read() -> None:
    assert cornix_text(signal()) == TEXT
    assert cornix_text(short(signal())).splitlines() == [
        "LINK/USDT SHORT",
        "Entry zone 17.300-17.360",
        "Take Profit 17.128, 16.916",
        "Stop 17.510",
    ]
    one = signal(orders={**signal()["orders"], "tp": ["17.532", "17.532"]})
    assert "Take Profit 17.532\n" in cornix_text(one) and checked(cornix_text(one), one)
    told = json.loads(threecommas_text(signal()))
    assert (told["action"], told["tv_instrument"], told["max_lag"]) == ("enter_long", "LINKUSDT.P", "300")


@pytest.mark.parametrize(
    "broken",
    [
        TEXT.replace("zone ", ""),
        TEXT.replace("Stop", "SL"),
        TEXT.replace("17.150", "17.450"),
        TEXT.replace("17.532, 17.744", "17.744, 17.532"),
        TEXT + "\nLeverage 5x",
        TEXT + "\n",
        TEXT.replace("17.300", "017.300"),
        TEXT.replace("17.300", "17,300"),
        "🟢 " + TEXT,
        "",
    ],
)
def test_what_a_bot_could_read_otherwise_is_not_read_at_all(broken: str) -> None:
    with pytest.raises(NotEqual):
        checked(broken, signal())


@pytest.mark.parametrize("broken", ["[]", "{", "null", threecommas_text(signal()).replace("enter_long", "buy")])
def test_json_of_another_form_is_refused(broken: str) -> None:
    with pytest.raises(NotEqual):
        checked(broken, signal(), "3commas")


def test_orders_out_of_order_are_no_orders() -> None:
    with pytest.raises(ValueError, match="order"):
        Orders("A/USDT", True, (Decimal(2), Decimal(3)), Decimal(2), (Decimal(4),))


def test_a_signal_that_cannot_be_said_surely_is_not_sent_and_that_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    odd = SignalView(signal(orders={**signal()["orders"], "sl": "17.500"}))
    with caplog.at_level(logging.ERROR):
        assert copy_message(odd, OPENED, {"form": "cornix"}, TS) is None
    assert "#1423 is not sent for copying" in caplog.text


def test_orders_end_where_no_order_of_the_follower_ends_them() -> None:
    def closing(view: SignalView, form: str = "cornix") -> str | None:
        sent = copy_message(view, CLOSED, {"form": form}, TS)
        return None if sent is None else sent.text

    missed = SignalView(signal(), [Step("missed", TS + 300_000, 17.36)])
    assert closing(missed) == "CLOSE" and copy_message(missed, OPENED, {}, TS) is None
    assert closing(SignalView(signal(), [FILLED], outcome("lose", "invalidated"))) == "CLOSE"
    assert closing(SignalView(signal(), [FILLED], outcome("lose", "sl"))) is None
    assert closing(SignalView(signal(), [FILLED], outcome("win", "tp2"))) is None
    left = [Step("exited", TS + 300_000, 17.2, -0.9, reason) for reason in ("invalidated", "timeout", "sl")]
    ends = [closing(SignalView(signal(), [FILLED, step], outcome("lose", step.reason, result="win"))) for step in left]
    assert ends == [closing(SignalView(signal(), [FILLED, step])) for step in left] == ["CLOSE", "CLOSE", None]
    text = closing(missed, "3commas")
    assert text is not None and json.loads(text)["action"] == "exit_long"
    sent = copy_message(SignalView(signal()), OPENED, {"form": "cornix"}, TS)
    assert sent is not None and sent.text == sent.html == TEXT and sent.silent


@pytest.mark.parametrize("reader", READERS)
def test_the_orders_are_a_press_away_under_the_post_while_they_can_be_entered(reader: Reader) -> None:
    post = signal_message(SignalView(signal(mode="live")), reader)
    assert post.buttons[-1] == (Button("📋 Cornix", copy=TEXT),)
    for over in (SignalView(signal(mode="live"), [FILLED]), SignalView(signal(mode="live"), outcome=outcome())):
        assert all(not button.copy for row in signal_message(over, reader).buttons for button in row)


@given(documents())
def test_the_orders_of_any_signal_fit_a_button(document: dict[str, Any]) -> None:
    button = copy_button(SignalView({**document, "mode": "live"}), WIB)
    assert button is not None and parse_cornix(button.copy) == orders_of(document)


def test_what_is_not_proven_made_up_or_contradicts_itself_has_no_button_to_copy() -> None:
    wrong = signal(mode="live", orders={**signal()["orders"], "sl": "18.000"})
    for view in (SignalView(signal()), SignalView(signal(mode="live"), demo=True), SignalView(wrong)):
        assert copy_button(view, WIB) is None
    late = [Step("missed", TS + 60_000, 17.3)]
    assert copy_button(SignalView(signal(mode="live"), late), WIB) is None
