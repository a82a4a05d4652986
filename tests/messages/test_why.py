"""Why a setup was or was not published: everything is said, in both languages, signed to the setup's side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages.layer_facts import facts_text
from bot.messages.markup import plain
from bot.messages.reader import Reader
from bot.messages.refusals import refusal_text
from bot.messages.why import why_text
from engine.decision.evidence import NUMBERS, TOLD
from engine.decision.guardrails import ORDER
from storage.evidence import Verdict
from tests.messages.examples import LONDON, READERS, WIB
from tests.messages.strict_html import words
from tests.messages.verdicts import BARE, NOW, PUBLISHED, REFUSED, WAITING


def test_a_refusal_names_the_first_reason_all_others_and_the_distance() -> None:
    assert plain(why_text(REFUSED, None, LONDON)).splitlines() == [
        "❓ LINK/USDT SHORT 15m",
        "30 Nov 15:15 GMT",
        "🚫 Not published: costs 0.31R, at most 0.25R",
        "These would have refused it, too:",
        "• agreement of the layers 0.52, needed 0.60",
        "",
        "Agreement of the layers 0.52, needed 0.60: 0.08 short",
        "87% of the layers' weight had data",
        "Layers: score for this side, weight, what they saw",
        "➖ SMC +0.13 · 20%: bearish FVG visited, lows swept 5 bars ago, at 65% of the range",
        "❌ CVD −0.41 · 12% (rebuilt after a gap)",
        "✅ RSI/EMA/MACD +0.54 · 15%: RSI 43",
        "✅ Structure +0.80 · 20%: BOS down on this bar",
        "🕒 OI · 8%: data too old",
        "🚫 Funding · 5%: no data",
        "✅ Order flow +0.21 · 10%: buyers absorbed, book imbalance +0.43",
        "➖ Fibo +0.15 · 10%",
        "",
        "Setup: trend continuation",
        "Regime TRENDING",
        "Market: out of balance, downtrend",
        "Location: at an FVG",
        "5m order flow: agrees",
        "4H intact",
        "Bias 1D SHORT 40%",
        "5m triggers still missing: CHOCH, or a sweep with a higher low (lower high), delta with the side",
        "",
        "Entry 17.300\u00a0–\u00a017.360: FVG 15m 17.300\u00a0–\u00a017.400, known since 30 Nov 15:00 GMT",
        "SL 17.510: swing high 1h 17.499, known since 30 Nov 13:15 GMT",
        "Invalidation 17.499: swing high 1h 17.499, known since 30 Nov 13:15 GMT",
    ]


def test_a_monitor_says_what_is_missing_and_until_when() -> None:
    lines = plain(why_text(WAITING, None, WIB)).splitlines()
    assert lines[2] == "👀 Semua syarat ada kecuali trigger 5m: ditunggu s/d 22:45 WIB"
    assert lines[3] == "Trigger 5m yang belum ada: CHOCH, atau sweep lalu higher low (lower high), delta searah"
    assert "Kesepakatan layer 0,63, butuh 0,60: lebih 0,03" in lines


def test_a_signal_with_a_probability_is_told_by_its_win_chance() -> None:
    lines = plain(why_text(PUBLISHED, 12, LONDON)).splitlines()
    assert lines[2] == "✅ Published as #12"
    assert "Agreement of the layers 0.52" in lines and "Win chance 58%, needed 47%: 11% to spare" in lines


def test_without_evidence_the_reasons_are_still_told() -> None:
    text = plain(why_text(BARE, None, LONDON))
    assert "Not published: costs –R, at most –R" in text and "No details were kept with this verdict." in text


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("verdict", [REFUSED, WAITING, PUBLISHED, BARE, replace(REFUSED, plan=None)])
def test_every_explanation_is_valid(verdict: Verdict, reader: Reader) -> None:
    text = why_text(verdict, 12, reader)
    assert words(text) == plain(text) and len(text) < 4000


@pytest.mark.parametrize("reader", READERS)
def test_every_reason_has_words_of_its_own(reader: Reader) -> None:
    said = [refusal_text(reason, {}, NOW, reader) for reason in ORDER]
    said += [refusal_text("stale", {"how": how}, NOW, reader) for how in ("lost", "incomplete", "moved", "late")]
    assert len(set(said)) == len(said)
    assert not set(said) & {*ORDER, "stale_lost", "stale_incomplete", "stale_moved", "stale_late"}


def test_numbers_are_said_in_their_own_units() -> None:
    numbers = {"value": 0.0451, "limit": 0.04, "until": NOW, "tp1": 0.8, "tp1_limit": 1.0}
    said = {reason: refusal_text(reason, numbers, NOW, LONDON) for reason in NUMBERS}
    assert said["volatility"] == "ATR 1h is 4.5% of the price, at most 4.0%"
    assert said["spread"] == "spread 4.51% of the price, at most 4.00%"
    assert said["rr"] == "RR 0.05 on average (at least 0.04), 0.80 at TP1 (at least 1.00)"
    assert said["cooldown"] == "this side of the pair rests until 15:15 GMT"
    heat = refusal_text("heat", {"value": 3, "limit": 3.0}, NOW, LONDON)
    assert heat == "3R already open on pairs that move together, at most 3R"
    assert refusal_text("liquidity", {"value": 41234.5, "limit": 50000.0}, NOW, LONDON).startswith("turnover 41,234 ")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_every_told_fact_has_words(reader: Reader, sign: float) -> None:
    kinds = {"quadrant": 2.0, "last_break": 2.0 * sign}
    for layer, names in TOLD.items():
        said = facts_text(layer, {name: kinds.get(name, sign) for name in names}, reader)
        assert said and "_" not in said
    assert facts_text("a_ninth_layer", {"x": 1.0}, reader) == ""
