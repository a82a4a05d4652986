"""What a Bot API server keeps of a bot: menus by scope and language, descriptions, the webhook, pins, actions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.servers.telegram_wire import ApiError, Params

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}


@dataclass
class Profile:
    """Strict about what Telegram is strict about. `menus` by (scope, language), "" is for all other languages."""

    menus: dict[tuple[str, str], list[Params]] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    shortly: dict[str, str] = field(default_factory=dict)
    webhook: Params = field(default_factory=dict)
    pinned: list[tuple[int, int, bool]] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    strangers: set[int] = field(default_factory=set)

    @property
    def commands(self) -> dict[str, list[Params]]:
        """The default menu by language."""
        return {language: menu for (scope, language), menu in self.menus.items() if scope == "default"}

    def answer(self, method: str, params: Params) -> Any:
        """The result of one of METHODS."""
        return _METHODS[method](self, params)

    def set_commands(self, params: Params) -> bool:
        menu = params.get("commands")
        if not isinstance(menu, list) or len(menu) > 100:
            raise ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in menu:
            if not _COMMAND.fullmatch(command["command"]):
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.menus[self._where(params)] = menu
        return True

    def delete_commands(self, params: Params) -> bool:
        self.menus.pop(self._where(params), None)
        return True

    def _where(self, params: Params) -> tuple[str, str]:
        scope = params.get("scope") or {"type": "default"}
        language = str(params.get("language_code") or "")
        if scope["type"] not in _SCOPES or (language and not re.fullmatch(r"[a-z]{2}", language)):
            raise ApiError(400, "Bad Request: invalid scope or language")
        if scope["type"] != "chat":
            return scope["type"], language
        if int(scope["chat_id"]) in self.strangers:
            raise ApiError(400, "Bad Request: chat not found")
        return f"chat:{scope['chat_id']}", language

    def describe(self, params: Params) -> bool:
        if len(str(params.get("description", ""))) > 512:
            raise ApiError(400, "Bad Request: description is too long")
        self.described[str(params.get("language_code") or "")] = str(params.get("description", ""))
        return True

    def describe_shortly(self, params: Params) -> bool:
        if len(str(params.get("short_description", ""))) > 120:
            raise ApiError(400, "Bad Request: short description is too long")
        self.shortly[str(params.get("language_code") or "")] = str(params.get("short_description", ""))
        return True

    def set_webhook(self, params: Params) -> bool:
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        if url and not url.startswith("https://"):
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = {**params, "url": url} if url else {}
        return True

    def delete_webhook(self, params: Params) -> bool:
        self.webhook = {}
        return True

    def webhook_info(self, params: Params) -> Params:
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}

    def pin(self, params: Params) -> bool:
        silent = str(params.get("disable_notification")).lower() == "true"
        self.pinned.append((int(params["chat_id"]), int(params["message_id"]), silent))
        return True

    def act(self, params: Params) -> bool:
        self.actions.append((int(params["chat_id"]), str(params.get("message_thread_id") or "")))
        return True


_METHODS = {
    "setMyCommands": Profile.set_commands,
    "deleteMyCommands": Profile.delete_commands,
    "setMyDescription": Profile.describe,
    "setMyShortDescription": Profile.describe_shortly,
    "setWebhook": Profile.set_webhook,
    "deleteWebhook": Profile.delete_webhook,
    "getWebhookInfo": Profile.webhook_info,
    "pinChatMessage": Profile.pin,
    "sendChatAction": Profile.act,
}
METHODS = frozenset(_METHODS)
