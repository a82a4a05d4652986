"""What Twilio and WhatsApp refuse: messages and content templates are held to the documented limits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WINDOW_MS = 24 * 3_600_000
VARIABLE = re.compile(r"\{\{(\w+)\}\}")
TYPES = ("twilio/text", "twilio/quick-reply", "twilio/list-picker")


class Refused(Exception):
    """An error answer: status of HTTP, code of Twilio, words."""

    def __init__(self, code: int, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


@dataclass(slots=True)
class Content:
    """A content template as it was created; `approved` by WhatsApp, or `verdict` is what it says instead."""

    sid: str
    document: dict[str, Any]
    approved: bool = False
    category: str = ""
    verdict: str = ""

    @property
    def type(self) -> str:
        return str(next(iter(self.document["types"])))

    @property
    def of_type(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["types"][self.type]
        return found

    def choices(self) -> list[tuple[str, str]]:
        """Title and payload of each button or row."""
        rows = self.of_type.get("items") or self.of_type.get("actions") or []
        return [(row.get("item") or row["title"], row["id"]) for row in rows]


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def fill(text: str, values: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda found: values[found[1]], text)


def check_message(form: Mapping[str, str], contents: Mapping[str, Content]) -> dict[str, str]:
    """The template's values ({} for free text). Raises Refused."""
    if not re.fullmatch(r"whatsapp:\+[1-9]\d{6,14}", form.get("To", "")):
        raise Refused(21211, "Invalid 'To' Phone Number")
    if not form.get("From", "").startswith("whatsapp:+"):
        raise Refused(63007, "Twilio could not find a Channel with the specified From address")
    sid = form.get("ContentSid")
    if sid is None:
        if not form.get("Body") and not form.get("MediaUrl"):
            raise Refused(21619, "A text message body or media urls must be specified")
        if size(form.get("Body", "")) > (1024 if form.get("MediaUrl") else 1600):
            raise Refused(21617, "The concatenated message body exceeds the 1600 character limit")
        if "ContentVariables" in form:
            raise Refused(21656, "ContentVariables without ContentSid")
        return {}
    if "Body" in form or "MediaUrl" in form:
        raise Refused(21654, "ContentSid and Body cannot both be given")
    if sid not in contents:
        raise Refused(21655, "The ContentSid Parameter is invalid")
    return check_values(contents[sid], form.get("ContentVariables", "{}"))


def check_values(content: Content, raw: str) -> dict[str, str]:
    try:
        values = json.loads(raw)
    except ValueError:
        raise Refused(21656, "The ContentVariables Parameter is invalid") from None
    if not isinstance(values, dict):
        raise Refused(21656, "The ContentVariables Parameter is invalid")
    if set(values) != set(VARIABLE.findall(json.dumps(content.document["types"]))):
        raise Refused(63028, "Number of parameters provided does not match the expected number of parameters")
    for value in values.values():
        if not isinstance(value, str) or not value or re.search(r"[\n\t\r]| {5,}", value):
            raise Refused(21656, "The ContentVariables Parameter is invalid")
        if size(value) > 1600:
            raise Refused(21658, "Parameter exceeded character limit")
    if size(fill(content.of_type["body"], values)) > 1024:
        raise Refused(63021, "Channel invalid content error")
    if any(size(fill(payload, values)) > 200 for _, payload in content.choices()):
        raise Refused(63021, "Channel invalid content error")
    return values


def may_arrive(content: Content | None, open_: bool) -> bool:
    """Whether WhatsApp lets it through: free text and unapproved contents only inside the window."""
    if open_:
        return content is None or content.approved or len(content.choices()) <= 3 or "list" in content.type
    return content is not None and content.approved


def check_content(document: Any) -> None:
    """Raises Refused for a template that cannot be created, or that WhatsApp would surely reject."""
    if not isinstance(document, dict) or not isinstance(document.get("types"), dict) or len(document["types"]) != 1:
        raise Refused(20001, "types must hold one type")
    if not re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", str(document.get("language"))):
        raise Refused(20001, "language is not valid")
    content = Content("", document)
    if content.type not in TYPES:
        raise Refused(20001, f"{content.type} is not a type")
    body = content.of_type["body"]
    samples = document.get("variables") or {}
    used = VARIABLE.findall(json.dumps(document["types"]))
    if set(used) != set(samples) or sorted(map(int, samples)) != list(range(1, len(samples) + 1)):
        raise Refused(20001, "variables must be sequential and have samples")
    if any(not isinstance(value, str) or not value for value in samples.values()):
        raise Refused(20001, "a sample is empty")
    if re.match(r"\s*\{\{", body) or re.search(r"\}\}\s*$", body) or re.search(r"\}\}\s*\{\{", body):
        raise Refused(20001, "the body begins or ends with a variable, or two stand side by side")
    if not body or size(body) > 1024:
        raise Refused(20001, "the body is longer than 1024")
    _check_choices(content)


def _check_choices(content: Content) -> None:
    choices, listed = content.choices(), "list" in content.type
    if content.type == "twilio/text":
        return
    if not 1 <= len(choices) <= 10 or (listed and not 1 <= size(content.of_type.get("button", "")) <= 20):
        raise Refused(20001, "too many choices, or a list without a button")
    for title, payload in choices:
        if not 1 <= size(title) <= (24 if listed else 20) or not 1 <= size(payload) <= 200:
            raise Refused(20001, f"{title}: too long")
    if len({payload for _, payload in choices}) != len(choices):
        raise Refused(20001, "two choices are alike")


def check_approval(content: Content, asked: Any) -> None:
    if not isinstance(asked, dict) or not re.fullmatch(r"[a-z0-9_]{1,512}", str(asked.get("name"))):
        raise Refused(20001, "name: lower case letters, digits and _ only")
    if asked.get("category") not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
        raise Refused(20001, "category is not one of WhatsApp's")
    if "list" in content.type:
        raise Refused(20001, "a list-picker cannot be submitted")
