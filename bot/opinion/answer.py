"""What the model may answer: a closed form, nothing free but a short sentence that nobody is shown."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FiniteFloat, ValidationError

Decision = Literal["BUY", "SELL", "HOLD"]
Code = Literal[
    "trend_with", "trend_against", "at_value_edge", "inside_value", "flow_with", "flow_against", "absorption",
    "exhaustion", "sweep", "overextended", "poor_location", "thin_data", "costs", "volatility", "crowded",
]  # fmt: skip
MOST_CODES = 6
MOST_WORDS = 300  # characters of the sentence that are kept
STEP = 5
FORM = "opinion"


def _in_steps(percent: int) -> int:
    if not 0 <= percent <= 100 or percent % STEP:
        raise ValueError("p_percent must be one of 0, 5, 10, ..., 100")
    return percent


def _few(codes: list[Code]) -> list[Code]:
    if len(codes) > MOST_CODES:
        raise ValueError(f"at most {MOST_CODES} reason codes")
    return codes


class Answer(BaseModel):
    """Flat, every field required: what strict servers take. The levels are kept beside ours and used nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Decision
    p_percent: Annotated[int, AfterValidator(_in_steps)]
    market_state: Literal["balanced", "out_of_balance_uptrend", "out_of_balance_downtrend"]
    location: Literal["edge_of_value", "in_value", "structure_level", "nowhere"]
    setup_model: Literal["trend_continuation", "mean_reversion", "none"]
    entry: FiniteFloat | None
    stop: FiniteFloat | None
    target: FiniteFloat | None
    reason_codes: Annotated[list[Code], AfterValidator(_few)]
    reasoning: Annotated[str, AfterValidator(lambda text: text[:MOST_WORDS])]

    @property
    def p(self) -> float:
        """The chance that the setup wins."""
        return self.p_percent / 100


SCHEMA: dict[str, Any] = Answer.model_json_schema()


def answer_of(text: str) -> Answer:
    """The answer in a model's text, whatever stands around the first JSON object. Raises ValueError.

    >>> answer_of("```json\\n{}\\n```")
    Traceback (most recent call last):
    ...
    ValueError: decision: Field required
    """
    start = text.find("{")
    if start < 0:
        raise ValueError("no JSON object")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
        return Answer.model_validate(found)
    except json.JSONDecodeError as error:
        raise ValueError(f"no whole JSON object ({error.msg})") from error
    except RecursionError as error:
        raise ValueError("no JSON object that anybody could read") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc'])) or 'answer'}: {first['msg']}") from error
