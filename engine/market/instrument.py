"""The contract that is traded: tick, lot, contract value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from engine.market.plausible import is_price


@dataclass(frozen=True, slots=True)
class Instrument:
    """OKX's instrument record, as far as the engine needs it. `decimals` are those of the tick."""

    inst_id: str
    tick: float
    decimals: int
    lot: float = 1.0
    min_size: float = 1.0
    ct_val: float = 1.0
    ct_val_ccy: str = ""
    settle_ccy: str = "USDT"
    tick_inferred: bool = False

    @classmethod
    def from_okx(cls, record: Mapping[str, object]) -> Instrument:
        """Read OKX's record (all numbers are strings).

        >>> Instrument.from_okx({"instId": "X-USDT-SWAP", "tickSz": "0.10", "lotSz": "1", "minSz": "1",
        ...                      "ctVal": "0.01", "ctValCcy": "X", "settleCcy": "USDT"}).decimals
        1
        """
        tick = _positive(record, "tickSz").normalize()
        exponent = tick.as_tuple().exponent
        return cls(
            inst_id=str(record["instId"]),
            tick=float(tick),
            decimals=max(0, -int(exponent)),
            lot=float(_positive(record, "lotSz")),
            min_size=float(_positive(record, "minSz")),
            ct_val=float(_positive(record, "ctVal")),
            ct_val_ccy=str(record.get("ctValCcy", "")),
            settle_ccy=str(record.get("settleCcy", "USDT")),
        )


def decimals_of(tick: float) -> int:
    """The decimals of a tick, for a contract of which no more is known.

    >>> decimals_of(0.1), decimals_of(1e-08), decimals_of(5.0)
    (1, 8, 0)
    """
    return max(0, -int(Decimal(repr(tick)).normalize().as_tuple().exponent))


def _positive(record: Mapping[str, object], key: str) -> Decimal:
    try:
        value = Decimal(str(record[key]))
    except (KeyError, InvalidOperation) as error:
        raise ValueError(f"instrument {record.get('instId', '?')}: {key} is missing or not a number") from error
    if not value.is_finite() or value <= 0:
        raise ValueError(f"instrument {record.get('instId', '?')}: {key} must be positive, not {value}")
    if not is_price(float(value)):
        raise ValueError(f"instrument {record.get('instId', '?')}: {key} is larger or smaller than any: {value}")
    return value
