"""The second opinion in words: one line in a post, one in /why, its record in /model; its sentence nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import LOCALES
from bot.messages.markup import plain
from bot.messages.opinion import board_lines, stance, why_lines
from bot.messages.reader import Reader
from bot.messages.signal import SignalView, signal_message
from bot.messages.width import PHONE, columns
from storage.opinions import StoredOpinion
from tests.messages.examples import TS, signal
from tests.screens.scenes import BOARD

ENGLISH = Reader("en", ZoneInfo("UTC"))
SAID = StoredOpinion(
    "d", "1", "m", "LINK-USDT-SWAP", 1, TS, TS + 4_000, True, True, "BUY", 0.6, "", 0.5, 0.47, 1, 1000, 100, 4_000, "h",
    {"answer": {"reasoning": "SELL EVERYTHING"}}, 1, None, None, None,
)  # fmt: skip


@pytest.mark.parametrize(
    "source, said, stood",
    [
        ("hybrid", SAID, "agrees"),
        ("openai", SAID, "decides"),
        ("rule_based", None, None),
        ("rule_based", SAID, "silent"),  # it came too late to count
        ("rule_based", replace(SAID, decision="HOLD"), "against"),
        ("rule_based", replace(SAID, side=-1), "against"),
        ("rule_based", replace(SAID, decision="", p=None, silence="timeout"), "silent"),
    ],
)
def test_how_it_stood_to_a_signal(source: str, said: StoredOpinion | None, stood: str | None) -> None:
    document = signal(source=source)
    assert stance(document, said) == stood
    text = signal_message(SignalView(document, opinion=stood), ENGLISH).text
    assert ("🤖" in text) == (stood is not None)
    assert ("5m triggers: not met" in text) == (source == "openai")


@pytest.mark.parametrize("locale", LOCALES)
def test_its_word_and_its_record_are_told_and_its_sentence_is_not(locale: str) -> None:
    reader = Reader(locale, ZoneInfo("Asia/Jakarta"))
    (told,) = why_lines(SAID, reader)
    assert "BUY" in told and "60" in told and "SELL" not in told
    whys = ("timeout", "budget", "breaker", "busy", "rate", "key", "refusal", "invalid", "server")
    silences = [why_lines(replace(SAID, p=None, silence=why), reader)[0] for why in whys]
    assert len(set(silences)) == len(whys) and why_lines(None, reader) == []
    boards: list[dict[str, Any]] = [{**BOARD, "state": state} for state in ("learning", "earned", "ignored")]
    texts = [[plain(line) for line in board_lines(board, reader)] for board in boards]
    assert len({tuple(text) for text in texts}) == 3
    assert max(columns(line) for text in texts for line in text) <= PHONE
    assert board_lines(None, reader) == []
