"""A small Telegram Bot API server on loopback: the documented wire format, message ids that count up, no network.

It answers form-urlencoded, multipart, JSON and query-string calls, keeps every call, and can be told to fail. Start it
in a test's loop and give `url` to whoever should talk to it (`TELEGRAM_API_BASE_URL`), also to another process:

    async with TelegramApi() as api:
        api.say(42, "/start", user_id=7)
        ...
        post = await api.wait_sent(1)
        api.tap(post.message_id, "1:f:1:up", user_id=7)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.clock import SystemClock
from tests.servers.telegram_floods import PACED, FloodGate
from tests.servers.telegram_profile import METHODS, Profile
from tests.servers.telegram_rules import (
    check_document,
    check_keyboard,
    check_picture,
    check_text,
    length,
)
from tests.servers.telegram_wire import (
    STATUS_WORDS,
    ApiError,
    Call,
    Fault,
    FaultKind,
    Params,
    Sent,
    chat,
    member,
    read_params,
    struck,
    user,
)

TOKEN = "123456:TEST-token_for_loopback"


__all__ = ["TOKEN", "ApiError", "Call", "Sent", "TelegramApi"]


class TelegramApi:
    """The server. `calls`, `sent` and `answers` are what the bot did; `say`, `tap` and friends are what people do."""

    def __init__(self, token: str = TOKEN, username: str = "sharp_test_bot", now_ms: Callable[[], int] | None = None):
        self.token = token
        self.username = username
        self.calls: list[Call] = []
        self.sent: dict[int, Sent] = {}
        self.answers: dict[str, str] = {}
        self.answered_at: dict[str, float] = {}
        self.profile = Profile()
        self.known_chats: set[int] | None = None
        self.channels: set[int] = set()
        self.floods: FloodGate | None = None
        self.moved: dict[int, int] = {}
        self.handed: set[int] = set()
        self.url = ""
        self._now = now_ms or SystemClock().now_ms
        self._faults: list[Fault] = []
        self._chance: Callable[[], FaultKind | None] = lambda: None
        self._updates: list[Params] = []
        self._tapped: set[str] = set()
        self._next_update = 1000
        self._next_message = 1
        self._poll: asyncio.Event | None = None
        self._changed = asyncio.Condition()
        self._quit = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1 (an ephemeral port unless told) and return the root without `/bot<token>`."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._quit.clear()
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Close the port; what was said and sent is kept, so a later `start(port)` is the same Telegram again."""
        self._quit.set()
        if self._poll is not None:
            self._poll.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # ---- what people do -------------------------------------------------------------------------------------------
    def push(self, **update: Any) -> int:
        """Any raw update body; returns its update id."""
        self._next_update += 1
        self._updates.append({"update_id": self._next_update, **update})
        if self._poll is not None:
            self._poll.set()
        return self._next_update

    def say(
        self,
        chat_id: int,
        text: str,
        user_id: int,
        reply_to: int | None = None,
        *,
        at: int | None = None,
        topic: int | None = None,
        language: str = "id",
    ) -> int:
        """A person writes; `at` is the message date in unix seconds (now unless told). Returns the update id."""
        message: Params = self._message(chat_id, text, self._take_id(), at) | {"from": user(user_id, language)}
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None:
            original = self.sent.get(reply_to)
            message["reply_to_message"] = self._message(chat_id, original.text if original else "", reply_to, None)
        return self.push(message=message)

    def tap(self, message_id: int, data: str, user_id: int, *, language: str = "id") -> str:
        """A person presses a button under a message of the bot. Returns the callback query's id (key of `answers`)."""
        post = self.sent[message_id]
        query_id = f"77000{self._next_update + 1}"
        self._tapped.add(query_id)
        message = self._message(post.chat_id, post.text, message_id, post.at // 1000)
        thread = post.params.get("message_thread_id")
        if thread is not None:
            message |= {"message_thread_id": int(thread), "is_topic_message": True}
        query = {
            "id": query_id,
            "from": user(user_id, language),
            "message": message,
            "chat_instance": "1",
            "data": data,
        }
        self.push(callback_query=query)
        return query_id

    def join(self, chat_id: int, user_id: int, status: str = "member") -> int:
        """The bot's own membership changes: `member`, `administrator`, `left` or `kicked` (blocked, in private)."""
        me = {"id": self.bot_id, "is_bot": True, "first_name": "Sharp", "username": self.username}
        change = {
            "chat": self._shown(chat_id),
            "from": user(user_id, "id"),
            "date": self._now() // 1000,
            "old_chat_member": {"status": "left", "user": me},
            "new_chat_member": member(status, me),
        }
        return self.push(my_chat_member=change)

    def migrate(self, old: int, new: int, *, tell: bool = True) -> None:
        """The group became a supergroup: calls to the old id are refused; `tell` also sends the service message."""
        self.moved[old] = new
        if tell:
            self.push(message=self._message(old, None, self._take_id(), None) | {"migrate_to_chat_id": new})

    def restart_numbers(self, first: int) -> None:
        """After a quiet week Telegram numbers updates from anywhere, also from below."""
        self._next_update = first - 1

    def limit(self) -> FloodGate:
        """From now on Telegram's flood limits hold; what they refused is counted in the gate."""
        self.floods = FloodGate(asyncio.get_running_loop().time)
        return self.floods

    def weather(self, chance: Callable[[], FaultKind | None]) -> None:
        """Ask `chance` about every call that posts or edits: what goes wrong with it, None for nothing."""
        self._chance = chance

    # ---- how the server misbehaves --------------------------------------------------------------------------------
    def fail(
        self,
        method: str,
        status: int,
        description: str = "",
        *,
        times: int = 1,
        chat_id: int | None = None,
        **parameters: int,
    ) -> None:
        """Answer the next `times` calls of `method` (to `chat_id` only, where given) with this error."""
        error = ApiError(status, description or STATUS_WORDS.get(status, f"Error {status}"), **parameters)
        self._faults.append(Fault(method, error, "error", times, chat_id))

    def flood(self, method: str, retry_after: int, *, times: int = 1, chat_id: int | None = None) -> None:
        """429 with retry_after in seconds."""
        words = f"Too Many Requests: retry after {retry_after}"
        self.fail(method, 429, words, times=times, chat_id=chat_id, retry_after=retry_after)

    def block(self, chat_id: int, *, times: int = 1_000_000) -> None:
        """The person blocked the bot."""
        self.fail("sendMessage", 403, "Forbidden: bot was blocked by the user", times=times, chat_id=chat_id)

    def hang(self, method: str, *, times: int = 1, chat_id: int | None = None) -> None:
        """Do nothing and answer nothing until the client gives up."""
        self._faults.append(Fault(method, None, "hang", times, chat_id))

    def stall(self, method: str, *, times: int = 1, chat_id: int | None = None) -> None:
        """Do the work, then answer nothing until the client gives up."""
        self._faults.append(Fault(method, None, "stall", times, chat_id))

    def drop(self, method: str, *, times: int = 1, chat_id: int | None = None) -> None:
        """Do the work, then cut the connection instead of answering."""
        self._faults.append(Fault(method, None, "drop", times, chat_id))

    def heal(self) -> None:
        """Forget every fault that was asked for."""
        self._faults.clear()

    # ---- what a test reads ----------------------------------------------------------------------------------------
    @property
    def commands(self) -> dict[str, list[Params]]:
        """The default menu of commands by language."""
        return self.profile.commands

    @property
    def bot_id(self) -> int:
        return int(self.token.split(":")[0])

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def messages(self, chat_id: int | None = None) -> list[Sent]:
        """The bot's messages in sending order."""
        return [post for post in self.sent.values() if chat_id is None or post.chat_id == chat_id]

    @property
    def newest_update(self) -> int:
        """The id of the newest update; `handed` holds those that the bot was given."""
        return self._next_update

    @property
    def unread(self) -> int:
        """Updates that the bot has not confirmed with a later offset."""
        return len(self._updates)

    async def until(self, ready: Callable[[], bool], timeout: float = 10.0) -> None:
        """Wait until `ready()` holds; it is looked at after every call of the bot. TimeoutError when it never does."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(ready)

    async def wait_sent(self, count: int, chat_id: int | None = None, timeout: float = 10.0) -> Sent:
        """The `count`-th message (from 1) of the bot in this chat."""
        await self.until(lambda: len(self.messages(chat_id)) >= count, timeout)
        return self.messages(chat_id)[count - 1]

    # ---- the wire -------------------------------------------------------------------------------------------------
    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await read_params(request)
        self.calls.append(Call(method, params, self._now()))
        fault = next((one for one in self._faults if one.matches(method, params)), None)
        if fault is None and method in PACED and (kind := self._chance()) is not None:
            fault = struck(method, kind)
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            self._let_in(method, params)
            if fault is not None:
                fault.times -= 1
                if fault.error is not None:
                    raise fault.error
                if fault.kind == "hang":
                    await self._announce()
                    await self._quit.wait()
            result = await self._answer(method, params)
            if fault is not None and fault.kind == "stall":
                await self._announce()
                await self._quit.wait()
            if fault is not None and request.transport is not None:
                request.transport.abort()
            return web.json_response({"ok": True, "result": result}, headers=self._date())
        except ApiError as error:
            body: Params = {"ok": False, "error_code": error.status, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.status, headers=self._date())
        finally:
            await self._announce()

    def _date(self) -> dict[str, str]:
        """The server's own time, which need not be ours."""
        return {"Date": formatdate(self._now() / 1000, usegmt=True)}

    def _let_in(self, method: str, params: Params) -> None:
        """Refuse what comes too fast."""
        if self.floods is None or method not in PACED:
            return
        seconds = self.floods.wait(int(params.get("chat_id") or 0))
        if seconds:
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _answer(self, method: str, params: Params) -> Any:
        if method == "getMe":
            return {"id": self.bot_id, "is_bot": True, "first_name": "Sharp", "username": self.username}
        if method == "getUpdates":
            if self.profile.webhook:
                words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
                raise ApiError(409, words)
            return await self._get_updates(params)
        if method == "sendMessage":
            return self._send(params)
        if method == "sendPhoto":
            return self._send_photo(params)
        if method == "sendDocument":
            return self._send_document(params)
        if method == "editMessageText":
            return self._edit(params)
        if method == "editMessageCaption":
            return self._edit_caption(params)
        if method == "editMessageMedia":
            return self._edit_media(params)
        if method == "answerCallbackQuery":
            return self._answer_tap(params)
        if method in METHODS:
            return self.profile.answer(method, params)
        raise ApiError(404, "Not Found: method not found")

    async def _get_updates(self, params: Params) -> list[Params]:
        offset = int(params.get("offset") or 0)
        self._updates = [one for one in self._updates if one["update_id"] >= offset]
        if self._poll is not None:
            self._poll.set()
        mine = self._poll = asyncio.Event()
        allowed = params.get("allowed_updates") or []

        def visible() -> list[Params]:
            return [one for one in self._updates if not allowed or any(kind in one for kind in allowed)]

        try:
            async with asyncio.timeout(float(params.get("timeout") or 0)):
                while not visible() and self._poll is mine and not self._quit.is_set():
                    await mine.wait()
                    if self._poll is mine:
                        mine.clear()
        except TimeoutError:
            return []
        finally:
            superseded = self._poll is not mine
            self._poll = self._poll if superseded else None
        if superseded:
            raise ApiError(409, "Conflict: terminated by other getUpdates request")
        handed = visible()[: int(params.get("limit") or 100)]
        self.handed |= {one["update_id"] for one in handed}
        return handed

    def _send(self, params: Params) -> Params:
        chat_id = self._chat(params)
        text = check_text(str(params.get("text", "")), params.get("parse_mode"), fail=ApiError)
        check_keyboard(params.get("reply_markup"), fail=ApiError)
        reply = params.get("reply_parameters")
        if isinstance(reply, dict):
            original = self.sent.get(int(reply["message_id"]))
            lost = original is None or original.chat_id != chat_id
            if lost and int(reply["message_id"]) >= self._next_message and not reply.get("allow_sending_without_reply"):
                raise ApiError(400, "Bad Request: message to be replied not found")
        post = Sent(self._take_id(), chat_id, text, params, self._now())
        self.sent[post.message_id] = post
        return self._message(chat_id, text, post.message_id, None)

    def _send_photo(self, params: Params) -> Params:
        """A picture with a caption of at most 1024 characters; it is kept as the text of what was sent."""
        check_picture(params.get("photo"), fail=ApiError)
        caption = str(params.get("caption") or "")
        check_text(caption or "-", params.get("parse_mode"), ApiError, 1024)
        return self._send({**params, "text": caption or "-"})

    def _send_document(self, params: Params) -> Params:
        """A file with a caption, as a picture has one."""
        check_document(params.get("document"), fail=ApiError)
        caption = str(params.get("caption") or "")
        check_text(caption or "-", params.get("parse_mode"), ApiError, 1024)
        return self._send({**params, "text": caption or "-"})

    def _edit(self, params: Params) -> Params:
        post = self._post_to_edit(params)
        if "photo" in post.params or "document" in post.params:
            raise ApiError(400, "Bad Request: there is no text in the message to edit")
        text = check_text(str(params.get("text", "")), params.get("parse_mode"), fail=ApiError)
        return self._changed_to(post, text, params)

    def _edit_caption(self, params: Params) -> Params:
        """New words under a picture or a file."""
        post = self._post_to_edit(params)
        if "photo" not in post.params and "document" not in post.params:
            raise ApiError(400, "Bad Request: there is no caption in the message to edit")
        text = check_text(str(params.get("caption") or "-"), params.get("parse_mode"), ApiError, 1024)
        return self._changed_to(post, text, {**params, "text": params.get("caption")})

    def _edit_media(self, params: Params) -> Params:
        """Another picture with its words, where one was or where there were only words."""
        post, media = self._post_to_edit(params), params.get("media")
        if not isinstance(media, dict) or media.get("type") != "photo":
            raise ApiError(400, "Bad Request: can't parse InputMedia")
        where = str(media.get("media", ""))
        if not where.startswith("attach://"):
            raise ApiError(400, "Bad Request: wrong file identifier/HTTP URL specified")
        picture = params.get(where.removeprefix("attach://"))
        check_picture(picture, fail=ApiError)
        text = check_text(str(media.get("caption") or "-"), media.get("parse_mode"), ApiError, 1024)
        post.params = {**post.params, "photo": picture}
        return self._changed_to(post, text, {**params, "text": media.get("caption")}, same=False)

    def _post_to_edit(self, params: Params) -> Sent:
        chat_id = self._chat(params)
        post = self.sent.get(int(params["message_id"]))
        if post is None or post.chat_id != chat_id:
            raise ApiError(400, "Bad Request: message to edit not found")
        return post

    def _changed_to(self, post: Sent, text: str, params: Params, *, same: bool = True) -> Params:
        """The post with its new words and buttons; `same`: refused where they are the old ones."""
        check_keyboard(params.get("reply_markup"), fail=ApiError)
        if same and text == post.text and params.get("reply_markup") == post.params.get("reply_markup"):
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        post.edits.append(post.text)
        post.text = text
        post.params = {**post.params, "text": params.get("text"), "reply_markup": params.get("reply_markup")}
        return self._message(post.chat_id, text, post.message_id, post.at // 1000)

    def _answer_tap(self, params: Params) -> bool:
        query_id = str(params.get("callback_query_id"))
        if query_id not in self._tapped:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if length(str(params.get("text") or "")) > 200:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.answers[query_id] = str(params.get("text") or "")
        self.answered_at.setdefault(query_id, asyncio.get_running_loop().time())
        return True

    def _chat(self, params: Params) -> int:
        chat_id = int(params.get("chat_id") or 0)
        if chat_id in self.moved:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, words, migrate_to_chat_id=self.moved[chat_id])
        if self.known_chats is not None and chat_id not in self.known_chats:
            raise ApiError(400, "Bad Request: chat not found")
        return chat_id

    def _message(self, chat_id: int, text: str | None, message_id: int, date: int | None) -> Params:
        when = self._now() // 1000 if date is None else date
        body: Params = {"message_id": message_id, "date": when, "chat": self._shown(chat_id)}
        return body if text is None else body | {"text": text}

    def _shown(self, chat_id: int) -> Params:
        """The chat as updates and answers name it; `channels` are those in which only the owner writes."""
        return chat(chat_id) | ({"type": "channel"} if chat_id in self.channels else {})

    def _take_id(self) -> int:
        taken, self._next_message = self._next_message, self._next_message + 1
        return taken
