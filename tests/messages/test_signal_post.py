"""The post says every line of the alert, in both languages, and nothing that is not known."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.buttons import feedback_data
from bot.messages.reader import Reader
from bot.messages.reasons import grouped
from bot.messages.signal import SignalView, signal_message
from tests.messages.examples import FILLED, LONDON, READERS, TP1, WIB, outcome, short, signal
from tests.messages.strict_html import words


def post(reader: Reader = WIB, /, **changes: Any) -> str:
    return signal_message(SignalView(signal(**changes)), reader).text


def test_the_indonesian_post_has_every_line_of_the_alert() -> None:
    assert post().splitlines()[:23] == [
        "🟢 LONG LINK/USDT 15m #1423·4b1d77",
        "🧪 PAPER: edge belum terbukti",
        "⏳ Menunggu entry",
        "",
        "LINK-USDT-SWAP · 30 Nov 22:15 WIB",
        "Bias 1D: LONG (64%)",
        "Struktur 4H: utuh",
        "",
        "Entry 17,300 – 17,360",
        "SL 17,150",
        "TP1 17,532 (½ posisi)",
        "TP2 17,744",
        "RR 1,12 / 2,30 · biaya 0,11R",
        "(dihitung dari tengah zona)",
        "",
        "Peluang menang: belum ada angka terkalibrasi (n=0)",
        "Saran size: 0, pantau dulu saja",
        "Invalidasi: close 15m di bawah 17,161",
        "Trigger 5m: CHOCH + reclaim EMA50 + delta+",
        "Berlaku s/d 22:45 WIB (30 menit)",
        "",
        "Alasan: 7 dari 8 layer setuju",
        "Skor 0,78 · data tersedia 100%",
    ]


def test_the_english_post_tells_the_readers_own_time_and_numbers() -> None:
    lines = post(LONDON).splitlines()
    assert "LINK-USDT-SWAP · 30 Nov 15:15 GMT" in lines
    assert "Entry 17.300 – 17.360" in lines
    assert "Valid until 15:45 GMT (30 minutes)" in lines
    assert "Win chance: no calibrated probability yet (n=0)" in lines


def test_a_short_is_mirrored() -> None:
    text = signal_message(SignalView(short(signal())), WIB).text
    assert text.startswith("🔴 SHORT LINK/USDT 15m")
    assert "Invalidasi: close 15m di atas 17,499" in text
    assert "✅ Setuju: SMC +0,71" in text and "Funding −0,12" in text, "scores are signed to the side"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"p_win": 0.58, "p_win_low": 0.5, "p_win_high": 0.66, "p_win_n": 1143}, "≈ 58% (50%–66%, n=1.143)"),
        ({"p_win_n": 41}, "belum ada angka terkalibrasi (n=41)"),
        ({"p_win_n": 41, "p_win_low": 0.4, "p_win_high": 0.6}, "belum ada angka terkalibrasi (n=41)"),
        ({"bias_1d": None}, "Bias 1D: belum ada data"),
        ({"structure_4h": "broken"}, "Struktur 4H: patah"),
        ({"triggers_5m": None}, "Trigger 5m: tidak ada, data 15m"),
        ({"order_flow_confirmed": None}, "Order flow 5m: tidak ada data"),
        ({"order_flow_confirmed": False}, "Order flow 5m: belum searah"),
        ({"setup_model": "mean_reversion"}, "(mean reversion)"),
        ({"location": "at_ote"}, "Lokasi: di OTE"),
        ({"regime": "QUIET", "venue_session": "off"}, "Regime QUIET · sesi sepi, sore/malam"),
    ],
)
def test_what_is_known_and_what_is_not_is_said(changes: dict[str, Any], line: str) -> None:
    assert line in post(**changes)


def test_a_hedge_is_told_only_where_there_is_one_folded_and_as_no_signal() -> None:
    hedge = {"side": "short", "entry": "17.140", "sl": "17.290", "tp": ["16.980", "16.830"], "rr": 1.7}
    assert "gagal" not in post() and "fails" not in post(LONDON)
    sent = signal_message(SignalView(signal(hedge=hedge)), LONDON)
    told = "If the idea fails: SHORT 17.140\nSL 17.290 · TP 16.980 / 16.830 · RR 1.70\nAn idea, not a signal"
    assert told in sent.text and told in sent.html[sent.html.index("<blockquote") :]
    told = "Jika idenya gagal: SHORT 17,140\nSL 17,290 · TP 16,980 / 16,830 · RR 1,70\nIde saja, bukan sinyal"
    assert told in post(hedge=hedge)


def test_a_scalp_says_so_in_its_first_line() -> None:
    risk = {**signal()["risk"], "expiry_minutes": 15}
    assert post(risk=risk).splitlines()[0] == "🟢 LONG LINK/USDT 15m Scalp #1423·4b1d77"
    assert "Scalp" not in post() and "LINK/USDT 15m #1423" in post()


def test_paper_is_marked_and_live_is_not() -> None:
    risk = {**signal()["risk"], "size_multiplier": 1.25, "risk_fraction": 0.0035}
    live = post(mode="live", risk=risk)
    assert "PAPER" not in live and "Saran risiko: 0,35% modal × 1,25" in live
    assert "PAPER" in post() and "Saran size: 0" in post()


@pytest.mark.parametrize("reader", READERS)
def test_simulated_and_demo_are_marked(reader: Reader) -> None:
    view = SignalView(signal(), simulated=True, demo=True, demo_id=3)
    lines = signal_message(view, reader).text.splitlines()
    assert lines[0] == "🟢 LONG LINK/USDT 15m DEMO-3"
    assert lines[1].startswith("🎮 SIMULATED: ") and lines[2].startswith("🎓 DEMO: ")
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
    assert "Reasons: 4 of 8 layers agree" in text
    assert "🚫 Unavailable: CVD\n" in text and "🕒 Stale: OI\n" in text
    assert "❌ Against: Funding −0.40" in text and "🔧 Rebuilt after a gap: SMC\n" in text


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
    assert "✅ TP1 17,532 kena · 23:30 WIB\n+0,46R diamankan, SL ke BE" in banked
    won = signal_message(SignalView(signal(), [FILLED, TP1], outcome()), WIB).text
    assert "🏁 Win +1,37R · 1 Des 01:40 WIB\nTP2 kena" in won and "Teoretis" not in won


@pytest.mark.parametrize(
    ("result", "reason", "lines"),
    [
        ("lose", "sl", "🏁 Loss −1.08R · 18:40 GMT\nSL hit"),
        ("win", "breakeven", "🏁 Win +1.37R · 18:40 GMT\nTP1 hit, the rest out at breakeven"),
        ("lose", "invalidated", "🏁 Loss −1.08R · 18:40 GMT\nInvalidation hit"),
        ("expire", "invalidated", "⌛ Expired · 18:40 GMT\nSetup invalid before entry"),
        ("expire", "missed", "⌛ Expired · 18:40 GMT\nPrice left without us, do not chase"),
        ("expire", "expired", "⌛ Expired · 18:40 GMT\nEntry not reached in time"),
        ("expire", "cancelled", "⌛ Expired · 18:40 GMT\nCancelled before entry"),
        ("no-fill", "touched", "⛔ No fill · 18:40 GMT\nZone touched, not traded through"),
        ("no-fill", "reported", "⛔ No fill · 18:40 GMT\nReported as not filled, confirmed"),
        ("void", "data_gap", "⚪ Not counted · 18:40 GMT\nGap in the data, cannot be judged"),
        ("void", "delisted", "⚪ Not counted · 18:40 GMT\nPair delisted"),
    ],
)
def test_every_end_is_told_in_plain_words(result: str, reason: str, lines: str) -> None:
    view = SignalView(signal(), outcome=outcome(result, reason))
    assert lines in signal_message(view, LONDON).text


def test_the_theoretical_result_stands_beside_a_different_followable_one() -> None:
    missed = outcome("expire", "missed", result="win", exit_reason="tp2", rr_realized=1.6)
    assert "Theoretical (no delay): Win +1.60R" in signal_message(SignalView(signal(), outcome=missed), LONDON).text
    worse = outcome("win", "tp2", rr_realized=1.41)
    assert "Theoretical (no delay): Win +1.41R" in signal_message(SignalView(signal(), outcome=worse), LONDON).text


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
    assert "TP 17.532 (all of it)" in lines
    assert not any(line.startswith(("TP1 17", "TP2 17")) for line in lines)
