"""Replies ring for every end alike; notices say what happened and what stays as it is."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.messages.buttons import ApprovalTap, read_data
from bot.messages.notice_kinds import NOTICES, notice_message
from bot.messages.reader import Reader
from bot.messages.signal import SignalView, reply_message, signal_message
from bot.slo import SLOS
from tests.messages.examples import FILLED, LONDON, READERS, TP1, TS, WIB, Step, outcome, signal
from tests.messages.strict_html import words


def test_filled_names_the_levels_that_count_now() -> None:
    assert reply_message(SignalView(signal(), [FILLED]), "filled", WIB).text.splitlines() == [
        "▶️ LINK/USDT LONG · terisi 17,360",
        "#1423·4b1d77",
        "🧪 PAPER: belum terbukti (n=0)",
        "SL 17,150 · TP1 17,532",
        "TP2 17,744",
        "22:18 WIB · 3 mnt setelah sinyal",
    ]


def test_targets_at_one_price_are_told_once() -> None:
    document = signal()
    document["orders"] = {**document["orders"], "tp": ["17.532", "17.532"]}
    assert "SL 17,150 · TP 17,532" in reply_message(SignalView(document, [FILLED]), "filled", WIB).text.splitlines()


def test_tp1_says_what_is_banked_and_where_the_stop_goes() -> None:
    assert reply_message(SignalView(signal(), [FILLED, TP1]), "tp1", LONDON).text.splitlines() == [
        "✅ LINK/USDT LONG · TP1 17.532",
        "#1423·4b1d77",
        "🧪 PAPER: edge not proven (n=0)",
        "+0.46R banked · half the position",
        "SL of the rest: breakeven 17.360",
        "16:30 GMT · 1h 12m after entry",
    ]


@pytest.mark.parametrize("reader", READERS)
def test_a_loss_is_worded_and_pushed_like_a_win(reader: Reader) -> None:
    won = reply_message(SignalView(signal(), [FILLED], outcome("win", "tp2")), "closed", reader)
    lost = reply_message(SignalView(signal(), [FILLED], outcome("lose", "sl")), "closed", reader)
    assert won.silent is lost.silent is False
    told, told_lost = won.text.splitlines(), lost.text.splitlines()
    (kept,) = (one for one in told if "MFE" in one and "%" in one)
    assert "74%" in kept and not any("%" in one for one in told_lost), "of a loss nothing was kept"
    told.remove(kept)
    assert told[4:] == told_lost[4:]
    assert won.text[0] == lost.text[0] == "🏁"


def test_the_day_of_the_reader_is_summed_up_to_this_trade() -> None:
    """01:40 in Jakarta is the day before in London: each reader has the sum of the own day."""
    end = TS + 12_300_000
    closed = [(TS - 70_000_000, 9.0), (TS + 7_000_000, -1.0), (end, 1.37)]
    view = SignalView(signal(), [FILLED], outcome(), closed=closed)
    assert "Hari ini +0,37R (2 trade)" in reply_message(view, "closed", WIB).text
    view = SignalView(signal(), [FILLED], outcome(), closed=[(TS - 20_000_000, 9.0), (end, 1.37)])
    assert "Hari ini +1,37R (1 trade)" in reply_message(view, "closed", WIB).text
    assert "Today +10.37R (2 trades)" in reply_message(view, "closed", LONDON).text


def test_an_unfilled_end_claims_no_position() -> None:
    text = reply_message(SignalView(signal(), [], outcome("expire", "expired")), "closed", WIB).text
    assert text.splitlines() == [
        "⌛ LINK/USDT LONG · Expired",
        "#1423·4b1d77",
        "🧪 PAPER: belum terbukti (n=0)",
        "Entry tidak kena sampai batas",
        "01:40 WIB · tidak sempat terisi",
    ]


def test_a_fill_only_the_theoretical_track_had_is_not_claimed() -> None:
    ended = outcome("expire", "missed", result="win", exit_reason="tp2", rr_realized=1.6, mfe_r=2.0, mae_r=-0.1)
    text = reply_message(SignalView(signal(), [], ended), "closed", LONDON).text
    assert "MFE" not in text and "never entered" in text and "Theoretical, no delay · Win +1.60R" in text


@pytest.mark.parametrize("state", ["filled", "tp1", "closed", "waiting", ""])
def test_a_reply_for_what_did_not_happen_is_an_error(state: str) -> None:
    with pytest.raises(ValueError, match=r"not|no reply"):
        reply_message(SignalView(signal()), state, WIB)


PAYLOADS: dict[str, list[dict[str, Any]]] = {
    "halted": [
        {"kind": "breaker", "until": TS + 3_600_000, "ts": TS, "reason": "three stops in a row"},
        {"kind": "pause", "until": None, "ts": TS, "reason": "<b>rapat</b>", "owner": True},
        {"kind": "daily", "until": TS + 86_400_000, "ts": TS, "reason": "the day stands below its limit"},
        {"kind": "best", "until": TS + 3_600_000, "ts": TS, "reason": "three stops in a row"},
    ],
    "lifted": [{"kind": "pause"}, {"kind": "daily"}, {"kind": "best"}],
    "restarted": [
        {"down_s": 252, "open": 3},
        {"down_s": 9, "open": 0, "signals": []},
        {
            "down_s": 252,
            "open": 12,
            "signals": [
                {"number": 1423, "pair": "LINK-USDT-SWAP", "state": "tp1", "at": TS},
                {"number": 1424, "pair": "1000000MOG-USDT-SWAP", "state": "waiting", "at": None},
            ],
        },
    ],
    "feed_lost": [
        {"pair": "LINK-USDT-SWAP", "stream": "trades"},
        {"pairs": [f"COIN{i}-USDT-SWAP" for i in range(12)], "stream": "candle", "since": TS},
    ],
    "feed_back": [
        {"pair": "LINK-USDT-SWAP", "stream": "open_interest", "seconds": 75},
        {"pair": "LINK-USDT-SWAP", "stream": "book", "seconds": None},
    ],
    "alarm": [
        {"slo": slo.name, "value": 2 * slo.bound, "bound": slo.bound, "since": TS, "seconds": None}
        for slo in SLOS
        if slo.told
    ],
    "alarm_over": [
        {"slo": slo.name, "value": slo.target, "bound": slo.bound, "since": TS, "seconds": 4_335}
        for slo in SLOS
        if slo.told
    ],
    "unlisted": [{"pairs": ["LINK-USDT-SWAP", "1000000MOG-USDT-SWAP"]}],
    "held_back": [{"ms": 183_600_000, "p_win": 80, "confluence": 1_204}],
    "policy": [{"version": "ab" * 32, "reason": None}, {"version": "cd" * 32, "reason": "hash < differs"}],
    "learned": [
        {
            "kind": "promoted",
            "procedure": "surroundings",
            "detail": {"e": 61.3, "needed": 40.0, "instead_of": "linear"},
            "setups": 1_204,
            "days": 61.2,
            "difference": 0.031,
            "low": 0.01,
            "high": 0.06,
            "labels": 5_120,
        },
        {"kind": "rolled_back", "procedure": "linear", "detail": {"e": 5.2, "instead_of": "recent"}, "labels": 900},
        {"kind": "rolled_back", "procedure": "linear", "detail": {"e": 5.2, "sign": "worse_than_old"}, "labels": 900},
        {"kind": "chosen", "procedure": "avoiding", "detail": {"instead_of": "linear", "by": "hand"}, "labels": 0},
        {"kind": "proven", "procedure": "linear", "detail": {"book": "15m/TRENDING", "e": 31.0}, "labels": 2_000},
        {"kind": "unproven", "procedure": "linear", "detail": {"book": "15m/TRENDING"}, "labels": 2_000},
        {"kind": "alarm", "procedure": "linear", "detail": {"sign": "cusum", "value": 9.1}, "labels": 2_000},
        *(
            {"kind": "tripped", "procedure": "linear", "detail": {"sign": sign, "about": about}, "labels": 0}
            for sign, about in [
                ("publish_rate", ""),
                ("data_quality", "BTC-USDT-SWAP candles"),
                ("data_quality", "ETH-USDT-SWAP sellers_control"),
                ("missing", "volatility_percentile"),
                ("stale", ""),
                ("moved", "efficiency_ratio"),
                ("regime", "TRENDING"),
                ("fewer", "EXPANSION"),
                ("more", "all"),
                ("canary", ""),
                ("drawdown", ""),
                ("adwin", ""),
                ("p_range", ""),
                ("bundle", ""),
                ("worse_than_old", ""),
            ]
        ),
        {"kind": "cleared", "procedure": "linear", "detail": {"sign": "regime", "about": "TRENDING"}, "labels": 0},
        {"kind": "restarted", "procedure": "linear", "detail": {"was": "a", "now": "b"}, "labels": 0},
    ],
    "trained": [
        {"result": "held", "labels": 900, "needed": 100, "version": ""},
        {"result": "few", "labels": 41, "needed": 100, "version": None},
        {"result": "same", "labels": 1410, "needed": 100, "version": None},
        {"result": "new", "labels": 1410, "needed": 100, "version": "ef" * 32},
    ],
    "pending": [{"name": "Sari <3", "channel": "telegram", "user_id": "77"}],
    "whatsapp_keep": [{}],
    "whatsapp_missed": [{"count": 3}],
    "whatsapp_held": [{"phone": "+62811000", "template": "signal:id"}],
    "whatsapp_consent": [{"phone": "+62811000"}],
    "whatsapp_template": [{"template": "signal:id", "code": "63016"}],
    "quiet": [{"chat": "-100777", "reason": reason} for reason in ("rights", "topic_closed", "not_found", "left")],
    "awake": [{"chat": "-100777"}],
    "role": [{"role": "admin"}],
    "removed": [{}],
    "approved": [{}],
    "rejected": [{}],
}


def test_every_kind_of_notice_is_tried() -> None:
    assert set(PAYLOADS) == set(NOTICES)
    with pytest.raises(ValueError, match="no notice"):
        notice_message("unheard", {}, WIB)


def test_an_entry_that_is_over_is_said_at_once_in_post_and_reply() -> None:
    """The theoretical track may go on for hours; the post says no longer that it waits."""
    view = SignalView(signal(), (Step("missed", TS + 300_000, 17.36),))
    assert view.over is not None and view.ended
    reply = reply_message(view, "missed", LONDON).text.splitlines()
    assert reply[0] == "🏃 LINK/USDT LONG · Missed" and "do not chase" in " ".join(reply)
    post = signal_message(view, LONDON).text
    assert "do not chase" in post and "Waiting" not in post
    touched = SignalView(signal(), (Step("touched", TS + 300_000, 17.36),))
    assert reply_message(touched, "touched", LONDON).text.startswith("⛔")
    with pytest.raises(ValueError, match="no reply for state 'missed'"):
        reply_message(touched, "missed", LONDON)


@pytest.mark.parametrize(
    ("steps", "reason", "r", "said"),
    [
        ((FILLED,), "sl", -1.08, ["🏁 LINK/USDT LONG · Loss −1.08R", "SL hit"]),
        ((FILLED, TP1), "breakeven", 0.4, ["🏁 LINK/USDT LONG · Win +0.40R", "TP1 hit, the rest at breakeven"]),
        ((FILLED,), "timeout", 0.21, ["🏁 LINK/USDT LONG · Loss +0.21R", "Time limit of the position reached"]),
    ],
)
def test_a_position_that_was_left_is_said_at_once_and_a_loss_like_a_win(
    steps: tuple[Step, ...], reason: str, r: float, said: list[str]
) -> None:
    """The theoretical track may go on: whoever followed is out, with the R that the outcome will have."""
    view = SignalView(signal(), (*steps, Step("exited", TS + 4_800_000, 17.15, r, reason)))
    reply = reply_message(view, "exited", LONDON).text.splitlines()
    assert [reply[0], reply[3]] == said
    assert reply[4:] == [
        "16:35 GMT · 1h 17m after entry",
        "R from an entry 45 seconds after the signal, costs taken off",
    ]
    post = signal_message(view, LONDON)
    labels = [button.label for row in post.buttons for button in row]
    assert said[-1] in post.text and not any("Size" in label for label in labels)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", NOTICES)
def test_every_notice_is_valid_in_every_language(kind: str, reader: Reader) -> None:
    for payload in PAYLOADS[kind]:
        message = notice_message(kind, payload, reader)
        assert words(message.html) == message.text
        assert message.text.strip() and max(len(word) for word in message.text.split()) <= 34


def test_notices_say_the_end_the_reason_and_what_goes_on() -> None:
    assert notice_message("halted", PAYLOADS["halted"][0], WIB).text.splitlines() == [
        "⏸ Sinyal baru ditahan",
        "s/d 23:15 WIB",
        "Sebab: tiga SL beruntun",
        "Sinyal terbuka tetap dipantau.",
    ]
    assert notice_message("halted", PAYLOADS["halted"][2], LONDON).text.splitlines()[:3] == [
        "½ Advised size halved",
        "until 1 Dec 15:15 GMT",
        "Reason: today (UTC) has lost more than 2R; over once it is back above that",
    ]
    assert [notice_message("lifted", payload, LONDON).text for payload in PAYLOADS["lifted"]] == [
        "▶️ New signals again",
        "▶️ Full size again",
        "▶️ All setups again",
    ]
    unstamped = {"kind": "breaker", "until": TS, "reason": "three stops in a row"}
    assert "s/d 30 Nov 22:15 WIB" in notice_message("halted", unstamped, WIB).text
    assert "<b>rapat</b>" in notice_message("halted", PAYLOADS["halted"][1], WIB).text
    assert "sampai ada yang /resume" in notice_message("halted", PAYLOADS["halted"][1], WIB).text
    assert notice_message("trained", PAYLOADS["trained"][1], LONDON).text.splitlines() == [
        "🧠 Too few labels to learn from:",
        "41 of 100",
        "Nothing was changed.",
    ]


def test_an_approval_request_can_be_answered() -> None:
    row = notice_message("pending", PAYLOADS["pending"][0], WIB).buttons[0]
    assert [read_data(button.data) for button in row] == [
        ApprovalTap("telegram", "77", True),
        ApprovalTap("telegram", "77", False),
    ]


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Jakarta", "22:15 WIB"),
        ("Asia/Makassar", "23:15 WITA"),
        ("Asia/Jayapura", "00:15 WIT"),
        ("Asia/Singapore", "23:15 UTC+8"),
        ("Asia/Kathmandu", "21:00 UTC+5:45"),
        ("America/Sao_Paulo", "12:15 UTC-3"),
        ("America/New_York", "10:15 EST"),
        ("UTC", "15:15 UTC"),
    ],
)
def test_zones_have_the_names_their_readers_use(zone: str, shown: str) -> None:
    assert Reader("id", ZoneInfo(zone)).clock(TS) == shown


@pytest.mark.parametrize("reader", READERS)
def test_a_colon_stands_only_where_rows_follow(reader: Reader) -> None:
    bare, listed = (notice_message("restarted", PAYLOADS["restarted"][at], reader).text for at in (0, 2))
    assert ":" not in bare
    assert listed.splitlines()[1].endswith(":")
