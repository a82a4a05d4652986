"""Numbers that are no prices become decimals without what float arithmetic left in their last digits."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision.documents import decimal_text
from engine.market.instrument import Instrument
from storage.recorded_instrument import write_instrument


@pytest.mark.parametrize(
    "value, text",
    [
        (123456.70000000001, "123456.7"),
        (1234567890.70000005, "1234567890.7"),
        (987654321.0999999, "987654321.1"),
        (0.1 + 0.2, "0.3"),
        (3 * 41152263.0333333333, "123456789.1"),
        (1e-9, "0"),
        (-1e-9, "0"),
        (-0.00012, "-0.00012"),
        (1.5e22, "15000000000000000000000"),
        (1.23456789012e25, "12345678901200000000000000"),
        (0.0, "0"),
    ],
)
def test_a_number_is_told_as_it_was_meant(value: float, text: str) -> None:
    assert decimal_text(value) == text


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.integers(0, 8), st.integers(-8, 8))
def test_a_few_units_in_the_last_place_change_nothing(digits: int, places: int, ulps: int) -> None:
    """Twelve digits survive whatever arithmetic does to the sixteenth."""
    meant = Decimal(digits).scaleb(-places)
    text = decimal_text(float(meant) * (1 + ulps * 2.0**-52))
    assert re.fullmatch(r"-?\d+(\.\d+)?", text) and text != "-0"
    assert Decimal(text) == meant


def test_the_sizes_of_a_contract_are_written_by_the_same_rule(tmp_path: Path) -> None:
    write_instrument(tmp_path, Instrument("A-USDT-SWAP", 0.1, 1, 0.1 + 0.2, 1e-12, 100000.10000000002, "A"))
    text = (tmp_path / "instrument.json").read_text(encoding="utf-8")
    assert '"lotSz": "0.3"' in text and '"minSz": "0.000000000001"' in text and '"ctVal": "100000.1"' in text
