"""The real client library against a server that helps, lies, stalls and breaks: an answer in the form, or a silence."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable

import pytest

from bot.clock import SystemClock
from bot.opinion.client import Client, Reply
from bot.opinion.limits import CALLS_A_DAY, TOKENS_A_MONTH, Breaker, Purse
from bot.opinion.prompts import PROMPTS
from storage.opinions import Spent
from tests.servers.openai_api import CHAT, KEY, RESPONSES, Cut, Fault, Line, OpenAiApi, Raw, Refusal, opinion

DAY = 86_400_000
NOW = 1_700_000_000_000
TOLD = next(iter(PROMPTS.values()))


@pytest.fixture
async def api() -> AsyncIterator[OpenAiApi]:
    async with OpenAiApi() as server:
        yield server


async def asked(
    api: OpenAiApi,
    *,
    key: str = KEY,
    model: str = "small",
    seconds: float = 5.0,
    times: int = 1,
    pay: Callable[[], bool] = lambda: True,
) -> Reply:
    """The last of some questions by one client."""
    client = Client(key, api.url, model, SystemClock())
    await client.open()
    try:
        for _ in range(times):
            reply = await client.ask(TOLD, '{"setup":{}}', seconds, pay)
        return reply
    finally:
        await client.close()


async def test_the_strictest_way_is_taken_and_nothing_is_kept_there(api: OpenAiApi) -> None:
    reply = await asked(api, model="gpt-5-mini")
    assert reply.answer is not None and (reply.answer.decision, reply.answer.p) == ("BUY", 0.6)
    assert (reply.calls, reply.tokens_in, reply.tokens_out, reply.way, reply.silence) == (1, 1000, 100, "responses", "")
    ((path, body),) = api.requests
    assert path == RESPONSES and body["store"] is False and body["text"]["format"]["strict"] is True
    assert body["reasoning"] == {"effort": "low"} and "temperature" not in body and "tools" not in body


@pytest.mark.parametrize(
    "serves, formats, way, tried",
    [
        ((CHAT,), ("json_schema",), "schema", 2),
        ((CHAT,), ("json_object",), "object", 3),
        ((CHAT,), (), "text", 4),
        ((), (), "", 4),
    ],
)
async def test_a_simpler_server_is_asked_more_simply_and_that_is_remembered(
    api: OpenAiApi, serves: tuple[str, ...], formats: tuple[str, ...], way: str, tried: int
) -> None:
    api.serves, api.formats, api.usage = serves, formats, False
    api.script = [f"Sure! ```json\n{opinion('SELL', 45)}\n``` Hope that helps {{}}"]
    reply = await asked(api)
    assert reply.way == way and reply.calls == tried
    assert not way or (100 < reply.tokens_in < 1_200 and 50 < reply.tokens_out < 200), "guessed: it does not count"
    assert (reply.answer is not None) == bool(way) and reply.silence == ("" if way else "request")
    if way:
        assert (await asked(api, times=2)).calls == 1, "the way that worked is taken at once"
    if way in ("object", "text"):
        assert '"p_percent"' in api.requests[-1][1]["messages"][0]["content"]


@pytest.mark.parametrize(
    "first",
    [
        opinion("BUY", 63),
        opinion("MAYBE"),
        opinion("BUY", 120),
        opinion(stop="far away"),
        opinion(price=1.0),
        opinion(reason_codes=["because"]),
        opinion()[:80],
        "I would buy.",
        "",
        Cut(opinion()[:120]),
    ],
)
async def test_an_answer_that_does_not_fit_is_mended_once(api: OpenAiApi, first: Line) -> None:
    api.script = [first, opinion("HOLD", 40)]
    reply = await asked(api)
    assert reply.answer is not None and reply.answer.decision == "HOLD" and reply.calls == 2
    assert "did not fit" in json.dumps(api.requests[-1][1]) and reply.tokens_in == 2000
    api.script = [first]
    again = await asked(api)
    assert again.answer is None and again.silence == "invalid" and again.calls == 2, "and only once"


@pytest.mark.parametrize("path", [RESPONSES, CHAT])
@pytest.mark.parametrize(
    "line",
    [
        Raw("<html>Bad gateway</html>", "text/html"),
        Raw("<html>Bad gateway</html>"),
        Raw(""),
        Raw("null"),
        Raw("[]"),
        Raw("17"),
        Raw('{"output": "none", "choices": "none", "usage": {"input_tokens": "many", "prompt_tokens": -5}}'),
        Raw('{"output": [null, 1, {"content": [null, {"text": 7}]}], "choices": [null]}'),
        Raw('{"choices": [{"message": null}]}'),
        Raw('{"choices": [{"message": {"content": ["a list"]}}]}'),
        opinion(entry=float("nan")),
        opinion(stop=float("inf")),
        opinion(reasoning="\ud800\x00"),
        '{"decision": ' + "[" * 100_000,
        '{"p_percent": ' + "9" * 5_000 + "}",
    ],
    ids=range(15),
)
async def test_a_server_that_speaks_another_language_is_a_silence(api: OpenAiApi, path: str, line: Line) -> None:
    api.serves, api.script = (path,), [line]
    reply = await asked(api)
    if reply.answer is None:
        assert reply.silence in ("invalid", "server") and reply.calls <= 3
    else:
        assert reply.answer.decision == "BUY"
    assert reply.tokens_in >= 0 and json.dumps(reply.answer and reply.answer.model_dump(), allow_nan=False)


async def test_who_declines_is_silent_and_not_pressed(api: OpenAiApi) -> None:
    api.script = [Refusal()]
    assert [(r.silence, r.calls) for r in [await asked(api)]] == [("refusal", 1)]
    api.serves = (CHAT,)
    assert (await asked(api)).silence == "refusal"


@pytest.mark.parametrize("status, why", [(429, "rate"), (500, "server"), (503, "server"), (0, "server")])
async def test_a_passing_fault_is_tried_once_more(api: OpenAiApi, status: int, why: str) -> None:
    api.script = [Fault(status), opinion()]
    reply = await asked(api)
    assert reply.answer is not None and reply.calls == 2
    api.script = [Fault(status)]
    reply = await asked(api)
    assert (reply.answer, reply.silence, reply.calls) == (None, why, 2)


async def test_a_server_that_hangs_costs_the_deadline_and_no_more(api: OpenAiApi) -> None:
    api.script = [Fault(-1)]
    reply = await asked(api, seconds=0.3)
    assert reply.silence == "timeout" and 250 <= reply.latency_ms < 3_000


async def test_a_wrong_key_is_said_and_never_repeated(api: OpenAiApi) -> None:
    reply = await asked(api, key="sk-wrong")
    assert (reply.silence, reply.calls) == ("key", 1)


async def test_a_bill_that_runs_away_ends_at_the_cap(api: OpenAiApi) -> None:
    """Every request is paid for before it is made: repairs, retries and simpler ways, too."""
    purse = Purse(NOW, Spent(CALLS_A_DAY - 3, 0))
    api.script = ["nonsense"]
    reply = await asked(api, times=5, pay=lambda: purse.pay(NOW))
    assert reply.silence == "budget" and reply.calls == 0 and len(api.requests) == 3
    assert purse.pay(NOW + DAY), "the next day is another day"
    purse.used(TOKENS_A_MONTH)
    assert not purse.pay(NOW + DAY) and not purse.pay(NOW + 2 * DAY), "but not another month"
    assert purse.pay(NOW + 31 * DAY)


def test_three_failures_leave_the_server_in_peace_for_longer_each_time() -> None:
    breaker, now, pauses = Breaker(), NOW, []
    for _ in range(7):
        while not breaker.open(now):
            breaker.note("timeout", now)
        pauses.append((breaker.until - now) // 60_000)
        now = breaker.until
    assert pauses == [5, 10, 20, 40, 60, 60, 60]
    breaker.note("invalid", now)
    breaker.note("server", now)
    assert not breaker.open(now), "an answer, however bad, begins anew"
    breaker.note("key", now)
    assert breaker.open(now + 299_999) and not breaker.open(now + 300_000)
