"""The post says every line of the alert, in both languages, and nothing that is not known."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.buttons import feedback_data
from bot.messages.context import Context
from bot.messages.reader import Reader
from bot.messages.reasons import grouped
from bot.messages.signal import SignalView, signal_message
from tests.messages.examples import FILLED, LONDON, READERS, TP1, TS, WIB, outcome, short, signal
from tests.messages.strict_html import words

CONTEXT = Context(TS + 9_000_000, -0.07, (("book", 2), ("oi", 180), ("funding", 9000)), 2, 6)


def post(reader: Reader = WIB, /, **changes: Any) -> str:
    return signal_message(SignalView(signal(**changes)), reader).text


def test_the_indonesian_post_has_every_line_of_the_alert() -> None:
    assert signal_message(SignalView(signal(), context=CONTEXT), WIB).text.splitlines()[:34] == [
        "🟢 LONG LINK/USDT · C · 15m",
        "#1423·4b1d77 · 30 Nov 22:15 WIB",
        "🧪 PAPER: belum terbukti (n=0)",
        "⏳ Menunggu entry",
        "",
        "Entry 17,300 – 17,360",
        "kini 17,342",
        "SL 17,150",
        "TP1 17,532 (50%)",
        "TP2 17,744",
        "RR 1,12 / 2,30 · biaya 0,11R",
        "",
        "Peluang win: belum terbukti",
        "Size 0: pantau dulu saja",
        "Berlaku s/d 22:45 WIB · 30 mnt",
        "Batal: close 15m < 17,161",
        "Funding 1 Des 00:45 WIB",
        "−0,07R jika hold",
        "Risiko terbuka 2R, maks 6R",
        "Bias 1D LONG 64% · 4H utuh",
        "",
        "Alasan: 7 dari 8 layer setuju",
        "skor 0,78 · data 100%",
        "✅ SMC +0,71",
        "✅ CVD +0,44",
        "✅ RSI/EMA/MACD +0,52",
        "✅ Struktur +0,83",
        "✅ OI +0,35",
        "✅ Order flow +0,61",
        "✅ Fibo +0,70",
        "➖ Funding −0,12",
        "Setup: BOS + retest OB + delta > 0 (lanjut tren)",
        "Trigger 5m:",
        "CHOCH + reclaim EMA50 + delta+",
    ]


def test_the_english_post_tells_the_readers_own_time_and_numbers() -> None:
    lines = signal_message(SignalView(signal(), context=CONTEXT), LONDON).text.splitlines()
    assert "#1423·4b1d77 · 30 Nov 15:15 GMT" in lines
    assert "Entry 17.300 – 17.360 · now 17.342" in lines
    assert "Valid until 15:45 GMT · 30m" in lines
    assert "Funding 17:45 GMT · −0.07R if held" in lines
    assert "Open risk 2R of at most 6R" in lines
    assert "Win chance: nothing proven yet" in lines
    assert "Data age · order book 2s · OI 3m" in lines


def test_the_price_of_the_signal_is_called_now_only_while_it_waits() -> None:
    later = signal_message(SignalView(signal(), [FILLED]), LONDON).text
    assert "now 17.342" in post(LONDON) and "now 17.342" not in later and "At the signal · price 17.342" in later


def test_a_short_is_mirrored() -> None:
    text = signal_message(SignalView(short(signal())), WIB).text
    assert text.startswith("🔴 SHORT LINK/USDT · C · 15m\n")
    assert "Batal: close 15m > 17,499" in text
    assert "✅ SMC +0,71" in text and "➖ Funding −0,12" in text, "scores are signed to the side"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"p_win": 0.58, "p_win_low": 0.5, "p_win_high": 0.66, "p_win_n": 1143}, "Win ≈ 58% (50–66%, n=1.143)"),
        ({"p_win_n": 41}, "PAPER: belum terbukti (n=41)"),
        ({"p_win_n": 41, "p_win_low": 0.4, "p_win_high": 0.6}, "Peluang win: belum terbukti"),
        ({"bias_1d": None}, "Bias 1D: belum ada data"),
        ({"bias_1d": {"side": "long", "strength": 0.0049}}, "Bias 1D netral"),
        ({"structure_4h": "broken"}, "Bias 1D LONG 64% · 4H patah"),
        ({"triggers_5m": None}, "Trigger 5m: tidak ada, data 15m"),
        ({"order_flow_confirmed": None}, "Order flow 5m: tidak ada data"),
        ({"order_flow_confirmed": False}, "Order flow 5m: belum searah"),
        ({"setup_model": "mean_reversion"}, "(mean reversion)"),
        ({"location": "at_ote"}, "Lokasi: di OTE"),
        ({"regime": "QUIET", "venue_session": "off"}, "Regime QUIET\nsesi sepi, sore/malam"),
    ],
)
def test_what_is_known_and_what_is_not_is_said(changes: dict[str, Any], line: str) -> None:
    assert line in post(**changes)


def test_a_hedge_is_told_only_where_there_is_one_folded_and_as_no_signal() -> None:
    hedge = {"side": "short", "entry": "17.140", "sl": "17.290", "tp": ["16.980", "16.830"], "rr": 1.7}
    assert "gagal" not in post() and "fails" not in post(LONDON)
    sent = signal_message(SignalView(signal(hedge=hedge)), LONDON)
    told = "If it fails: SHORT · 17.140\nSL 17.290 · TP 16.980 · TP 16.830\nRR 1.70\nAn idea, not a signal"
    assert told in sent.text and told in sent.html[sent.html.index("<blockquote") :]
    told = "Kalau gagal: SHORT · 17,140\nSL 17,290 · TP 16,980 · TP 16,830\nRR 1,70\nIde saja"
    assert told in post(hedge=hedge)


def test_a_scalp_says_so_beside_its_name() -> None:
    risk = {**signal()["risk"], "expiry_minutes": 15}
    assert post(risk=risk).splitlines()[1:3] == ["#1423·4b1d77 · Scalp", "30 Nov 22:15 WIB"]
    assert "Scalp" not in post()


def test_paper_is_marked_and_live_is_not() -> None:
    risk = {**signal()["risk"], "size_multiplier": 1.25, "risk_fraction": 0.0035}
    live = post(mode="live", risk=risk)
    assert "PAPER" not in live and "Risiko 0,35% modal × 1,25" in live
    assert "PAPER" in post() and "Size 0" in post()


@pytest.mark.parametrize("reader", READERS)
def test_simulated_and_demo_are_marked(reader: Reader) -> None:
    view = SignalView(signal(), simulated=True, demo=True, demo_id=3)
    lines = signal_message(view, reader).text.splitlines()
    assert lines[0] == "🟢 LONG LINK/USDT · C · 15m" and lines[1].startswith("DEMO-3 · 30 Nov ")
    assert lines[2].startswith("🎮 SIMULA") and lines[3].startswith("🎓 DEMO: ")
    assert [button.data for button in signal_message(view, reader).buttons[0]] == [
        feedback_data(3, kind, demo=True) for kind in ("up", "down", "nofill", "note")
    ]


def test_layers_are_told_by_what_they_say() -> None:
    document = signal()
    document["layers_state"] |= {"cvd": "unavailable", "oi": "stale", "smc": "rebuilt"}
    document["layers_score"] |= {"cvd": None, "oi": None, "funding": -0.4, "fibo": 0.1}
    document["layers_match"] |= {"cvd": None, "oi": None, "funding": 0, "fibo": 0}
    assert grouped(document) == {
        "agree": ["smc", "rsi_ema_macd", "structure", "orderflow"],
        "neutral": ["fibo"],
        "against": ["funding"],
        "stale": ["oi"],
        "unavailable": ["cvd"],
    }
    assert grouped(short(document)) == grouped(document)
    text = signal_message(SignalView(document), LONDON).text
    assert "Why: 4 of 8 layers agree" in text
    assert "🚫 CVD: no data\n" in text and "🕒 OI: data too old\n" in text
    assert "❌ Funding −0.40" in text and "✅ SMC +0.71 · rebuilt after a gap\n" in text


def test_buttons_carry_counts_once_there_are_some() -> None:
    message = signal_message(SignalView(signal(), counts={"up": 12, "down": 0, "no_fill": 1, "notes": 2}), WIB)
    assert [(button.label, button.data) for button in message.buttons[0]] == [
        ("👍 12", "1:f:1423:up"),
        ("👎", "1:f:1423:down"),
        ("⛔ 1", "1:f:1423:nofill"),
        ("📝 2", "1:f:1423:note"),
    ]


def test_the_state_moves_on_in_the_same_post() -> None:
    filled = signal_message(SignalView(signal(), [FILLED]), WIB).text
    assert "▶️ Terisi 17,360 · 22:18 WIB" in filled and "Menunggu" not in filled
    banked = signal_message(SignalView(signal(), [FILLED, TP1]), WIB).text
    assert "✅ TP1 17,532 kena · 23:30 WIB\n+0,46R diamankan · SL ke BE" in banked
    won = signal_message(SignalView(signal(), [FILLED, TP1], outcome()), WIB).text
    assert "🏁 Win +1,37R · 1 Des 01:40 WIB\nTP2 kena" in won and "Teoretis" not in won


@pytest.mark.parametrize(
    ("result", "reason", "lines"),
    [
        ("lose", "sl", "🏁 Loss −1.08R · 18:40 GMT\nSL hit"),
        ("win", "breakeven", "🏁 Win +1.37R · 18:40 GMT\nTP1 hit, the rest at breakeven"),
        ("lose", "invalidated", "🏁 Loss −1.08R · 18:40 GMT\nInvalidation hit"),
        ("expire", "invalidated", "🚫 Invalidated · 18:40 GMT\nThe idea broke before the entry"),
        ("expire", "missed", "🏃 Missed · 18:40 GMT\nPrice ran off: do not chase"),
        ("expire", "expired", "⌛ Expired · 18:40 GMT\nEntry not reached in time"),
        ("expire", "cancelled", "🚫 Cancelled · 18:40 GMT\nCalled off before the entry"),
        ("no-fill", "touched", "⛔ No fill · 18:40 GMT\nZone touched, not traded through"),
        ("no-fill", "reported", "⛔ No fill · 18:40 GMT\nReported as not filled, confirmed"),
        ("void", "data_gap", "⚪️ Not counted · 18:40 GMT\nGap in the data: cannot be judged"),
        ("void", "delisted", "⚪️ Not counted · 18:40 GMT\nPair delisted"),
    ],
)
def test_every_end_is_told_in_plain_words(result: str, reason: str, lines: str) -> None:
    view = SignalView(signal(), outcome=outcome(result, reason))
    assert lines in signal_message(view, LONDON).text


def test_the_theoretical_result_stands_beside_a_different_followable_one() -> None:
    missed = outcome("expire", "missed", result="win", exit_reason="tp2", rr_realized=1.6)
    assert "Theoretical, no delay · Win +1.60R" in signal_message(SignalView(signal(), outcome=missed), LONDON).text
    worse = outcome("win", "tp2", rr_realized=1.41)
    assert "Theoretical, no delay · Win +1.41R" in signal_message(SignalView(signal(), outcome=worse), LONDON).text


def test_markup_in_documents_stays_text() -> None:
    document = signal(
        setup_15m="<b>x</b> & <script>", triggers_5m="a < b", pair="<i>-USDT-SWAP", regime="</blockquote>"
    )
    message = signal_message(SignalView(document), WIB)
    assert words(message.html) == message.text
    assert "Setup: <b>x</b> & <script> (lanjut tren)" in message.text


@given(text=st.text(max_size=60))
def test_any_text_in_a_document_gives_valid_html(text: str) -> None:
    document = signal(setup_15m=text, triggers_5m=text, policy_version=text, location=text, market_state=text)
    message = signal_message(SignalView(document), LONDON)
    assert words(message.html).replace("\r\n", "\n").replace("\r", "\n") == message.text.replace("\r\n", "\n").replace(
        "\r", "\n"
    )


@pytest.mark.parametrize("reader", READERS)
def test_the_longest_post_fits_every_channel_and_the_front_of_it_a_phone(reader: Reader) -> None:
    document = signal(
        pair="1000000MOG-USDT-SWAP",
        hedge={"side": "short", "entry": "0.00012340", "sl": "0.00012900", "tp": ["0.00011", "0.00010"], "rr": 1.7},
    )
    document["orders"] = {"entry": ["0.00012345", "0.00012399"], "sl": "0.00012", "tp": ["0.00013", "0.00014"]}
    document["anchors"] = document["anchors"] * 2
    message = signal_message(
        SignalView(document, [FILLED, TP1], outcome(rr_realized=1.2, ambiguous=True), simulated=True), reader
    )
    assert len(message.html) <= 4096
    assert len(message.text.encode("utf-16-le")) // 2 <= 1580
    assert max(len(word) for word in message.text.split()) <= 34
    ordinary = signal_message(SignalView(signal()), reader).text.splitlines()[:19]
    narrow = [line for line in ordinary if columns(line) <= 34]
    assert columns(ordinary[0]) <= 35 and len(narrow) >= 15


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def test_a_single_target_is_said_once_and_leaves_nothing_behind() -> None:
    changed = signal()
    changed["orders"]["tp"] = ["17.532", "17.532"]
    lines = signal_message(SignalView(changed), Reader("en", WIB.zone)).text.splitlines()
    assert "TP 17.532 (100%)" in lines
    assert not any(line.startswith(("TP1 17", "TP2 17")) for line in lines)
