"""`sharpsignal templates`: WhatsApp's content templates in each language, told or created at Twilio."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.whatsapp.errors import translated
from bot.channels.whatsapp.line import TwilioLine
from bot.channels.whatsapp.templates import TEMPLATES, Template
from bot.errors import Fatal, Retryable, SettingsError
from bot.i18n import LOCALES
from bot.messages.reader import Reader
from bot.settings import Settings

Say = Callable[[str], None]
MEANING = {"UTILITY": "needs WhatsApp's approval", "SESSION": "no approval, only inside the 24 h window"}
SETTING = "TWILIO_CONTENT_SIDS"


def all_templates(locales: Sequence[str] = LOCALES) -> list[Template]:
    """Every template in every language."""
    readers = [Reader(locale, ZoneInfo("UTC")) for locale in locales]
    return [make(reader) for make in TEMPLATES.values() for reader in readers]


async def templates(settings: Settings, create: bool, as_json: bool, say: Say) -> int:
    """Print the templates, and with `create` first make those that TWILIO_CONTENT_SIDS does not have yet.

    1 where Twilio refused one of them; those that were made are told all the same.
    """
    listed, sids, problem = all_templates(), dict(settings.twilio_content_sids), ""
    if create:
        sids, problem = await _create(settings, listed, say if not as_json else lambda text: None)
    line = f"{SETTING}=" + ",".join(f"{kind}:{locale}={sid}" for (kind, locale), sid in sids.items())
    if as_json:
        rows = [_row(template, sids) for template in listed]
        told = {"templates": rows, **({SETTING: line.partition("=")[2]} if create else {}), "problem": problem}
        say(json.dumps(told, ensure_ascii=False))
        return 1 if problem else 0
    if not create:
        say("\n".join(_told(listed, sids)))
    elif sids:
        say("\nPut this line into .env; templates for outside the window work once WhatsApp approved them:\n")
        say(line)
    if problem:
        say(f"\n{problem}\nWhat is in the line was made; run it again with that line in .env to go on.")
    return 1 if problem else 0


def _row(template: Template, sids: dict[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "kind": template.kind,
        "language": template.locale,
        "category": template.category,
        "name": template.name,
        "body": template.body,
        "variables": {str(place): value for place, value in enumerate(template.values, 1)},
        "buttons": [{"title": choice.title, "id": choice.data} for choice in template.choices],
        "list_button": template.list_button or None,
        "sid": sids.get((template.kind, template.locale)),
    }


def _told(listed: Sequence[Template], sids: dict[tuple[str, str], str]) -> list[str]:
    """A table, with what each says below its row."""
    lines = [f"{'kind':<8}  {'lang':<5}  {'category':<8}  {'vars':>4}  sid"]
    for one in listed:
        sid = sids.get((one.kind, one.locale), "-")
        lines += ["", f"{one.kind:<8}  {one.locale:<5}  {one.category:<8}  {len(one.values):>4}  {sid}"]
        lines += [f"    {text}" for text in one.body.splitlines()]
        if one.choices:
            shape = f"list [{one.list_button}]" if one.list_button else "buttons"
            lines.append(f"    {shape}: " + " | ".join(choice.title for choice in one.choices))
        if one.values:
            samples = (f"{{{{{place}}}}} {value}" for place, value in enumerate(one.values, 1))
            lines.append("    e.g. " + "; ".join(samples))
    return [*lines, "", *(f"{category}: {words}" for category, words in MEANING.items())]


async def _create(settings: Settings, listed: Sequence[Template], say: Say) -> tuple[dict[tuple[str, str], str], str]:
    """The setting with what was made, and what went wrong ("" for nothing)."""
    sids = dict(settings.twilio_content_sids)
    line = _line(settings)
    step = ""
    try:
        for template in listed:
            key = (template.kind, template.locale)
            if key in sids:
                say(f"{template.name}: is there already")
                continue
            step = template.name
            with translated():
                sids[key] = await line.create_content(template.document())
            say(f"{template.name}: {sids[key]}")
            step = f"{template.name} was made, but approval was not asked for (do that in Twilio's console)"
            if template.category != "SESSION":
                with translated():
                    await line.ask_approval(sids[key], template.name, template.category)
    except (Retryable, Fatal) as error:
        return sids, f"{step}: {error}"
    finally:
        await line.close()
    return sids, ""


def _line(settings: Settings) -> TwilioLine:
    s = settings
    if s.twilio_account_sid is None or s.twilio_auth_token is None or s.twilio_whatsapp_from is None:
        raise SettingsError(
            "TWILIO_ACCOUNT_SID: must be set for --create, with TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM"
        )
    token = s.twilio_auth_token.get_secret_value()
    return TwilioLine(s.twilio_account_sid, token, s.twilio_whatsapp_from, s.twilio_api_base_url)
