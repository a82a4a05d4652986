"""`sharpsignal templates`: the table, the JSON, and creating them at a strict Twilio."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.channels.whatsapp.templates import TEMPLATES, flat, variables
from bot.cli import main
from bot.i18n import LOCALES
from bot.setting_shapes import content_sids
from bot.template_verbs import all_templates
from tests.servers.twilio_api import TwilioApi
from tests.servers.twilio_rules import check_content

SETTINGS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM", "TWILIO_API_BASE_URL")


@contextmanager
def beside(api: TwilioApi) -> Iterator[str]:
    """The server in a thread of its own: a verb has its own loop."""
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with api:
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield api.url
    finally:
        over.set()
        thread.join()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, without settings."""
    monkeypatch.chdir(tmp_path)
    for name in (*SETTINGS, "TWILIO_CONTENT_SIDS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def twilio_settings(api: TwilioApi, url: str, folder: Path, *more: str) -> None:
    values = (api.account_sid, api.auth_token, "+14155238886", url)
    lines = [f"{name}={value}" for name, value in zip(SETTINGS, values, strict=True)]
    (folder / ".env").write_text("\n".join([*lines, *more]), encoding="utf-8")


def test_every_template_would_be_taken_in_every_language() -> None:
    listed = all_templates()
    assert {(one.kind, one.locale) for one in listed} == {(kind, locale) for kind in TEMPLATES for locale in LOCALES}
    for template in listed:
        check_content(template.document())
        assert template.category == ("SESSION" if template.kind in ("keep", "more") else "UTILITY")
        assert set(variables(template.values)) == set(template.document()["variables"])


@pytest.mark.parametrize("value", ["", "a\nb\tc", "x" * 5000, "a      b"])
def test_a_value_is_always_one_that_twilio_takes(value: str) -> None:
    line = flat(value)
    assert line and len(line) <= 400 and "\n" not in line and "     " not in line


def test_the_table_has_every_kind_and_language(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates"]) == 0
    told = capsys.readouterr().out
    for template in all_templates():
        assert f"{template.kind:<8}  {template.locale:<5}  {template.category}" in told
        assert template.body.splitlines()[0] in told
    assert "buttons: 👍 | 👎 | Lainnya" in told and "list [Choose]" in told


def test_as_json_it_has_bodies_variables_and_categories(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["templates"]
    signal = next(row for row in rows if (row["kind"], row["language"]) == ("signal", "en"))
    assert signal["category"] == "UTILITY" and len(signal["variables"]) == 8 and "{{7}}" in signal["body"]
    assert [button["id"] for button in signal["buttons"]] == ["1:f:{{8}}:up", "1:f:{{8}}:down", "1:w:more:{{8}}"]


def test_create_makes_them_and_prints_the_setting(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api = TwilioApi()
    with beside(api) as url:
        twilio_settings(api, url, here)
        assert main(["templates", "--create"]) == 0
        told = capsys.readouterr().out
        line = next(line for line in told.splitlines() if line.startswith("TWILIO_CONTENT_SIDS="))
        sids = content_sids(line.partition("=")[2])
        made = len(api.contents)
        twilio_settings(api, url, here, line)
        assert main(["templates", "--create", "--json"]) == 0
        again = json.loads(capsys.readouterr().out)
    assert set(sids) == {(template.kind, template.locale) for template in all_templates()}
    assert set(sids.values()) == set(api.contents) and len(api.contents) == made, "made once"
    assert content_sids(again["TWILIO_CONTENT_SIDS"]) == sids and api.auth_token not in told
    asked = {content.document["friendly_name"] for content in api.contents.values() if content.category}
    assert asked == {template.name for template in all_templates() if template.category == "UTILITY"}


def test_what_twilio_refuses_is_told_with_what_was_made(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api = TwilioApi()
    with beside(api) as url:
        twilio_settings(api, url, here)
        api.most_contents = 2
        assert main(["templates", "--create"]) == 1
        told = capsys.readouterr().out
    assert "Twilio 20429" in told and "TWILIO_CONTENT_SIDS=signal:id=HX" in told


def test_create_without_an_account_names_what_is_missing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "--create"]) == 2
    assert "TWILIO_ACCOUNT_SID" in capsys.readouterr().err
