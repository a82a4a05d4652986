"""What every test may rely on: no network beyond this machine, recorded markets beside the tree, one compilation."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.compilation import compiled_folder

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT.parent / "shared" / "market"
LOOPBACK_NAMES = {"localhost", "ip6-localhost", "", None}

os.environ["PTB_TIMEDELTA"] = "1"
# Workers, and every process that a test starts: 6 s of CPU each where all modules are read from their text again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
for _name in ("NO_PROXY", "no_proxy"):
    os.environ[_name] = ",".join(filter(None, [os.environ.get(_name, ""), "127.0.0.1,localhost,::1"]))


class NetworkForbidden(RuntimeError):
    """A test reached for something beyond this machine."""


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_loopback(host):
        raise NetworkForbidden(f"tests stay on this machine, not {host!r}")


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOOPBACK_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(name).split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session")
def recorded_market() -> Path:
    """The folder of recorded market sets beside the project; tests that ask for it carry `@pytest.mark.recorded`."""
    if not RECORDED.is_dir():
        pytest.skip("no recorded market data beside the project")
    return RECORDED


@pytest.fixture(scope="session")
def compiled() -> str:
    """The same folder that `sharpsignal replay` uses: what is compiled once serves all."""
    return compiled_folder(Path.home() / ".cache" / "sharpsignal")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What plays whole lives of the program comes first: the last minute is not that of one long test alone."""
    items.sort(key=lambda item: "tests/whole/" not in item.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that calls itself CI may not skip what it has the data for."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or not RECORDED.is_dir() or reporter is None:
        return
    skipped = [report.nodeid for report in reporter.stats.get("skipped", []) if "recorded" in report.keywords]
    if skipped:
        reporter.write_line(f"FAILED: recorded market data is there, yet skipped: {', '.join(skipped)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
