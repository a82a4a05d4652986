"""Asks an OpenAI-compatible server: the strictest way that it takes, remembered, within one deadline.

Ways, from strict to loose: the Responses API with a schema, chat with a schema, chat with a JSON object, plain text.
A way that the server does not know (400, 404, 422) leads to the next; the first that works is kept. One answer that
does not fit the form may be mended once. Every request is paid for before it is made.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.errors import BUGS
from bot.opinion.answer import FORM, SCHEMA, Answer, answer_of
from bot.opinion.prompts import FORM_IN_WORDS

if TYPE_CHECKING:
    from openai import AsyncOpenAI

WAYS = ("responses", "schema", "object", "text")
MOST_OUT = 1200  # tokens; models that think first need room to
AGAIN_S = 0.5
A_TOKEN = 3  # characters, where the server does not count tokens
SHOWN = 500  # characters of a bad answer that are shown to whoever is to mend it
_THINKS = re.compile(r"^(gpt-5|o\d)")
MEND = "That did not fit the form ({why}). Answer again, with the JSON form only."


@dataclass(slots=True)
class Reply:
    """What came of a question. `silence` says why there is no answer: timeout, rate, server, request, key, refusal,
    invalid, budget.
    """

    pay: Callable[[], bool]
    answer: Answer | None = None
    silence: str = ""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    latency_ms: int = 0
    way: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one request brought: the text, or a refusal."""

    text: str
    refused: bool


class Silent(Exception):
    """There will be no answer; `args[0]` says why."""


class Client:
    """One server, one model."""

    def __init__(self, api_key: str, base_url: str, model: str, clock: Clock) -> None:
        self.model = model
        self._key = api_key
        self._url = base_url
        self._clock = clock
        self._way = 0
        self._opened: AsyncOpenAI | None = None

    async def open(self) -> None:
        """Load the library beside the loop: that takes a while, and the first question has no time for it."""
        await asyncio.to_thread(self._client)

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    async def ask(self, instructions: str, reading: str, seconds: float, pay: Callable[[], bool]) -> Reply:
        """One question. Whatever goes wrong is a silence, never an error; it takes at most `seconds`.

        `pay` is asked before each request: False ends the question.
        """
        reply, began = Reply(pay), self._clock.now_ms()
        try:
            async with asyncio.timeout(seconds):
                reply.answer = await self._answered(instructions, reading, reply)
        except TimeoutError:
            reply.silence = "timeout"
        except Silent as silent:
            reply.silence = str(silent)
        reply.latency_ms = max(0, self._clock.now_ms() - began)
        return reply

    async def _answered(self, instructions: str, reading: str, reply: Reply) -> Answer:
        """The answer, mended once where it has to be."""
        turns = [{"role": "user", "content": reading}]
        for mended in (False, True):
            said = await self._said(instructions, turns, reply)
            if said.refused:
                raise Silent("refusal")
            reply.text = said.text
            try:
                return answer_of(said.text)
            except ValueError as error:
                if mended:
                    raise Silent("invalid") from error
                why = str(error)[:SHOWN]
            turns += [
                {"role": "assistant", "content": said.text[:SHOWN] or "-"},
                {"role": "user", "content": MEND.format(why=why)},
            ]
        raise Silent("invalid")

    async def _said(self, instructions: str, turns: list[dict[str, str]], reply: Reply) -> Said:
        """The model's words by the first way from the remembered one on that the server takes."""
        import openai

        unknown = (openai.NotFoundError, openai.BadRequestError, openai.UnprocessableEntityError)
        for place in range(self._way, len(WAYS)):
            try:
                said = await self._patiently(WAYS[place], instructions, turns, reply)
            except unknown:
                continue
            self._way, reply.way = place, WAYS[place]
            return said
        self._way = 0
        raise Silent("request")

    async def _patiently(self, way: str, instructions: str, turns: list[dict[str, str]], reply: Reply) -> Said:
        """One request, made once more after a passing fault."""
        import openai

        passing = (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError)
        for last in (False, True):
            if not reply.pay():
                raise Silent("budget")
            reply.calls += 1
            try:
                return await self._request(way, instructions, turns, reply)
            except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
                raise Silent("key") from error
            except passing as error:
                if last:
                    raise Silent("rate" if isinstance(error, openai.RateLimitError) else "server") from error
            except (openai.NotFoundError, openai.BadRequestError, openai.UnprocessableEntityError):
                raise
            except (openai.OpenAIError, *BUGS) as error:  # the library reads whatever comes as what it hoped for
                raise Silent("server") from error
            await self._clock.sleep(AGAIN_S)
        raise Silent("server")

    async def _request(self, way: str, instructions: str, turns: list[dict[str, str]], reply: Reply) -> Said:
        """One request, its tokens counted."""
        client = self._client()
        if way == "responses":
            return await self._respond(client, instructions, turns, reply)
        told = instructions if way == "schema" else instructions + FORM_IN_WORDS
        more: dict[str, Any] = {"max_tokens": MOST_OUT}
        if _THINKS.match(self.model):
            more = {"max_completion_tokens": MOST_OUT, "reasoning_effort": "low"}
        if way == "schema":
            form = {"name": FORM, "schema": SCHEMA, "strict": True}
            more["response_format"] = {"type": "json_schema", "json_schema": form}
        elif way == "object":
            more["response_format"] = {"type": "json_object"}
        messages: Any = [{"role": "system", "content": told}, *turns]
        found = await client.chat.completions.create(model=self.model, messages=messages, **more)
        choice = found.choices[0].message if found.choices else None
        said = Said(_text(getattr(choice, "content", None)), bool(getattr(choice, "refusal", None)))
        _count(reply, found.usage, ("prompt_tokens", "completion_tokens"), (_size(told, turns), len(said.text)))
        return said

    async def _respond(self, client: AsyncOpenAI, told: str, turns: list[dict[str, str]], reply: Reply) -> Said:
        """By the Responses API; nothing is kept there."""
        more: dict[str, Any] = {"reasoning": {"effort": "low"}} if _THINKS.match(self.model) else {}
        asked: Any = turns
        form: Any = {"format": {"type": "json_schema", "name": FORM, "schema": SCHEMA, "strict": True}}
        found = await client.responses.create(
            model=self.model,
            instructions=told,
            input=asked,
            text=form,
            max_output_tokens=MOST_OUT,
            store=False,
            **more,
        )
        parts = [part for item in found.output or () for part in getattr(item, "content", None) or ()]
        refused = any(getattr(part, "type", "") == "refusal" for part in parts)
        said = Said("".join(_text(getattr(part, "text", None)) for part in parts), refused)
        _count(reply, found.usage, ("input_tokens", "output_tokens"), (_size(told, turns), len(said.text)))
        return said

    def _client(self) -> AsyncOpenAI:
        """The library's client, imported only where there is a key; its parts are loaded at the first touch."""
        if self._opened is None:
            from openai import AsyncOpenAI

            opened = AsyncOpenAI(api_key=self._key, base_url=self._url, max_retries=0)
            _ = opened.responses, opened.chat.completions
            self._opened = opened
        return self._opened


def _count(reply: Reply, usage: object, names: tuple[str, str], sizes: tuple[int, int]) -> None:
    """Tokens in and out. Servers name them differently; where one does not say, they are guessed from the sizes."""
    told = [getattr(usage, name, None) for name in names]
    sent, got = (
        max(0, found) if isinstance(found, int) else -(-size // A_TOKEN)
        for found, size in zip(told, sizes, strict=True)
    )
    reply.tokens_in += sent
    reply.tokens_out += got


def _size(told: str, turns: list[dict[str, str]]) -> int:
    """Characters of a question."""
    return len(told) + sum(len(turn["content"]) for turn in turns)


def _text(found: object) -> str:
    """What should be text; nothing where it is not."""
    return found if isinstance(found, str) else ""
