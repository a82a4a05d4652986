"""An OpenAI-compatible server on loopback that says what a test wrote for it, by the Responses API and by chat.

async with OpenAiApi() as api:
    api.script = ["text", Fault(429), ...]  # one a request, the last one again and again
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

KEY = "sk-loopback"
RESPONSES, CHAT = "/v1/responses", "/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class Fault:
    """A request that goes wrong: by a status, a connection that is dropped (0), or no answer at all (-1)."""

    status: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """The model declines."""


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer that ends at the limit of tokens."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A body as it is, with status 200."""

    body: str
    kind: str = "application/json"


Line = str | Fault | Refusal | Cut | Raw


def opinion(decision: str = "BUY", percent: int = 60, **other: Any) -> str:
    """An answer in the form."""
    form = {
        "decision": decision,
        "p_percent": percent,
        "market_state": "balanced",
        "location": "edge_of_value",
        "setup_model": "mean_reversion",
        "entry": None,
        "stop": 1.0,
        "target": None,
        "reason_codes": ["flow_with"],
        "reasoning": "Value edge, flow agrees.",
    }
    return json.dumps({**form, **other})


@dataclass
class OpenAiApi:
    """`serves` are the paths that it knows, `schemas` the response formats that it takes by chat.

    `requests` are the bodies as they came. Strict about a schema: closed objects, every property required.
    """

    script: list[Line] = field(default_factory=lambda: [opinion()])
    serves: tuple[str, ...] = (RESPONSES, CHAT)
    formats: tuple[str, ...] = ("json_schema", "json_object")
    usage: bool = True
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{tail:.*}", self._answer)
        self._hung = asyncio.Event()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hung.set()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append((request.path, body))
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "invalid_api_key")
        if request.path not in self.serves:
            return _error(404, "not_found")
        form = body.get("text", {}).get("format") if request.path == RESPONSES else body.get("response_format")
        if (wrong := self._wrong(request.path, form)) is not None:
            return _error(400, wrong)
        line = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(line, Fault):
            if line.status == -1:
                await self._hung.wait()
            if line.status <= 0 and request.transport is not None:
                request.transport.abort()
            return _error(line.status if line.status > 0 else 500, "scripted")
        if isinstance(line, Raw):
            return web.Response(text=line.body, content_type=line.kind)
        made = _response(line) if request.path == RESPONSES else _completion(line)
        return web.json_response(made | (_usage(request.path) if self.usage else {}))

    def _wrong(self, path: str, form: dict[str, Any] | None) -> str | None:
        """What a strict server says of a response format."""
        if form is None:
            return None
        if path == CHAT and form["type"] not in self.formats:
            return "unsupported response_format"
        if form["type"] != "json_schema":
            return None
        told = form if path == RESPONSES else form["json_schema"]
        schema = told["schema"]
        closed = schema.get("additionalProperties") is False and set(schema["required"]) == set(schema["properties"])
        return None if closed and told["strict"] is True and "default" not in json.dumps(schema) else "invalid schema"


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"message": code, "type": code, "code": code}}, status=status)


def _usage(path: str) -> dict[str, Any]:
    names = ("input_tokens", "output_tokens") if path == RESPONSES else ("prompt_tokens", "completion_tokens")
    return {"usage": {names[0]: 1000, names[1]: 100, "total_tokens": 1100}}


def _response(line: Line) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "output_text", "text": getattr(line, "text", line), "annotations": []}
    if isinstance(line, Refusal):
        part = {"type": "refusal", "refusal": "I cannot help with that."}
    cut = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "model": "m",
        "output": [{"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [part]}],
        **(cut if isinstance(line, Cut) else {"status": "completed"}),
    }


def _completion(line: Line) -> dict[str, Any]:
    said: dict[str, Any] = {"role": "assistant", "content": getattr(line, "text", line), "refusal": None}
    if isinstance(line, Refusal):
        said |= {"content": None, "refusal": "I cannot help with that."}
    ended = "length" if isinstance(line, Cut) else "stop"
    choice = {"index": 0, "message": said, "finish_reason": ended, "logprobs": None}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
