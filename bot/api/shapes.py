"""The shapes of what the API answers and takes: what /openapi.json promises. A field that may be null says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, Field

T = TypeVar("T")
Number = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", description="a price, size or sum of money")]
Moment = Annotated[str, Field(description="ISO 8601 with offset")]
Side = Literal["long", "short"]
State = Literal["live", "stale", "rebuilt", "unavailable"]
Timeframe = Literal["15m", "1h"]
Layer = Literal[
    "smc", "cvd", "rsi_ema_macd", "structure", "oi", "funding", "orderflow", "fibo", "regime", "profile", "confluence"
]


class Done(BaseModel, Generic[T]):
    """Every answer that is no error."""

    success: Literal[True]
    data: T
    timestamp: Moment


class Problem(BaseModel):
    """What went wrong: a word for programs, a sentence for people; a 503 or 409 says what is `missing` or `failed`."""

    code: str
    message: str
    missing: list[str] = Field(default=[])
    failed: list[str] = Field(default=[])


class Failed(BaseModel):
    """Every error."""

    success: Literal[False]
    error: Problem
    timestamp: Moment


class Page(BaseModel, Generic[T]):
    """A list, newest first; `next` is the cursor of the page after it, null at the end."""

    items: list[T]
    next: str | None


class LedgerPlace(BaseModel):
    prev: str
    hash: str


class Bias(BaseModel):
    side: Side
    strength: float


class MarketThen(BaseModel):
    price: Number
    spread: Number | None
    oi: Number | None
    funding: Number | None


class Risk(BaseModel):
    expiry_minutes: int
    rr_target: float
    rr_tp1: float
    cost_r: float
    risk_fraction: float
    size_multiplier: float
    threshold: float


class Orders(BaseModel):
    entry: list[Number]
    sl: Number
    tp: list[Number]


class AnchorOf(BaseModel):
    kind: str
    timeframe: str
    low: Number
    high: Number
    known_at: Moment
    used_for: str


class Invalidation(BaseModel):
    timeframe: str
    close: Literal["above", "below"]
    price: Number


class HedgeIdea(BaseModel):
    side: Side
    entry: Number
    sl: Number
    tp: list[Number]
    rr: float


class SignalShape(BaseModel):
    """A published signal, as it stands in the ledger."""

    signal_id: str
    number: int
    ts: Moment
    pair: str
    timeframe: str
    side: Side
    mode: Literal["live", "paper"]
    source: Literal["rule_based", "openai", "hybrid"]
    setup_model: str
    confluence_score: float
    layers_match: dict[str, int | None]
    layers_score: dict[str, float | None]
    layers_state: dict[str, State]
    coverage: float
    market_state: str
    location: str
    order_flow_confirmed: bool | None
    setup_15m: str
    triggers_5m: str | None
    bias_1d: Bias | None
    structure_4h: str
    market: MarketThen
    risk: Risk
    orders: Orders
    anchors: list[AnchorOf]
    invalidation: Invalidation
    hedge: HedgeIdea | None
    regime: str
    session: str
    venue_session: str
    p_win: float | None
    p_win_low: float | None
    p_win_high: float | None
    p_win_n: int
    policy_version: str
    engine_version: str
    ledger: LedgerPlace


class Followable(BaseModel):
    result: Literal["win", "lose", "expire", "no-fill", "void"]
    exit_reason: str
    fill_price: Number | None
    filled_at: Moment | None
    closed_at: Moment


class Votes(BaseModel):
    up: int
    down: int
    no_fill: int
    notes: int


class OutcomeShape(BaseModel):
    """How a signal ended, as it stands in the ledger; null is what did not happen on that track."""

    signal_id: str
    number: int
    closed_at: Moment
    result: Literal["win", "lose", "expire", "no-fill", "void"]
    exit_reason: str
    fill_price: Number | None
    filled_at: Moment | None
    mfe: Number | None
    mae: Number | None
    mfe_r: float | None
    mae_r: float | None
    rr_realized: float | None
    pnl_model: Number | None
    pnl_real: Number | None
    followable: Followable
    followable_r: float | None
    ambiguous: bool
    label_resolution: str
    win: Literal[0, 1] | None
    time_to_fill_s: int | None
    time_to_tp1_s: int | None
    time_to_sl_s: int | None
    feedback: Votes
    ledger: LedgerPlace


class Learned(BaseModel):
    """Of which night: its data cut, and why it learned or did not. Null before the first."""

    cut: Moment | None
    reason: str | None


class InsightsShape(Learned):
    insights: dict[str, Any] | None
    avoid: list[Any] | None


class CalibrationShape(Learned):
    forecasts: dict[str, Any] | None


class ReadingHead(BaseModel):
    """Of which pair, timeframe and bar (its close)."""

    pair: str
    timeframe: Timeframe
    ts: Moment


class LayerShape(ReadingHead):
    """What a layer reads; `evidence` has its facts, prices and sizes as text. Without a vote: null, and no facts."""

    layer: Layer
    state: State
    score: float | None = Field(ge=-1, le=1)
    evidence: dict[str, float | Number]


class RegimeEvidence(BaseModel):
    direction: int
    efficiency: float
    volatility_percentile: float
    atr_part: float
    adx: float


class RegimeShape(ReadingHead):
    layer: Literal["regime"]
    regime: Literal["QUIET", "RANGING", "TRENDING", "VOLATILE"]
    evidence: RegimeEvidence


class ProfileShape(ReadingHead):
    """Value of the rolling profile; nothing traded: state `unavailable` and no prices in `evidence`."""

    layer: Literal["profile"]
    state: State
    evidence: dict[str, Number | list[Number]]


class ConfluenceEvidence(BaseModel):
    score: float | None
    state: State
    weight: float


class ConfluenceShape(ReadingHead):
    """How far the layers agree with either side, in [0, 1]; from `least` on a setup may be published."""

    layer: Literal["confluence"]
    long: float
    short: float
    least: float
    coverage: float
    evidence: dict[str, ConfluenceEvidence]


AnyReading = LayerShape | RegimeShape | ProfileShape | ConfluenceShape

SignalId = Annotated[str, Field(min_length=1, max_length=64, description="the uuid of a signal")]
Price = Annotated[Decimal, Field(gt=0, le=1_000_000_000_000, max_digits=30, decimal_places=18)]


class Execution(BaseModel):
    """A person's own fill."""

    signal_id: SignalId
    taken: Annotated[bool, Field(strict=True)]
    fill_price: Price | None = None
    at: AwareDatetime | None = None


class Recorded(BaseModel):
    """What is noted now."""

    signal_id: str
    number: int
    taken: bool
    fill_price: Number | None
    at: Moment


class Exit(BaseModel):
    """A person's own exit."""

    signal_id: SignalId
    exit_price: Price
    at: AwareDatetime


class Realised(BaseModel):
    signal_id: str
    number: int
    entry_price: Number
    exit_price: Number
    pnl_real: Number


class JobShape(BaseModel):
    """A piece of work in the background; `result` once it is done, `problem` where it failed. Times null until then."""

    job_id: str
    kind: Literal["train", "evaluate"]
    state: Literal["waiting", "running", "done", "failed"]
    asked_at: Moment
    ended_at: Moment | None
    result: dict[str, Any] | None
    problem: str | None


class Wanted(BaseModel):
    policy_version: Annotated[str, Field(min_length=1, max_length=64)]


class Promoted(BaseModel):
    policy_version: str
    procedure: str
    instead_of: str


class Alive(BaseModel):
    alive: Literal[True]


class Ready(BaseModel):
    ready: Literal[True]
    missing: list[str]
