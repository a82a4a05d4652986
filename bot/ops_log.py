"""The newest lines of the log, kept in memory for /logs: short, one line each, and never with a secret in them."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

KEPT = 200
LONGEST = 300
HIDDEN = "…"
_SHAPES = re.compile(
    r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"  # a bot token
    r"|\bsk-[A-Za-z0-9_-]{16,}"  # a key of a language model
    r"|\bAC[0-9a-f]{32}\b"  # a Twilio account
    r"|(?<=://)[^\s/@]+:[^\s/@]+(?=@)"  # user and password in an address
    r"|(?i:(?<=bearer )|(?<=x-api-key: )|(?<=claim_))[A-Za-z0-9._~+/=-]{8,}"
)


class OpsLog(logging.Handler):
    """Keeps what is worth an operator's look: warnings of everyone, and what our own rooms say."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(logging.INFO)
        self._secrets = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        self._lines: deque[str] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING and record.name.partition(".")[0] not in ("bot", "storage", "engine"):
            return
        at = datetime.fromtimestamp(record.created, tz=UTC)
        try:
            words = record.getMessage()
        except (TypeError, ValueError):
            words = str(record.msg)
        if record.exc_info is not None and record.exc_info[1] is not None:
            words = f"{words}: {record.exc_info[1]!r}"
        line = f"{at:%H:%M:%S} {record.levelname[0]} {record.name.rpartition('.')[2]}: {' '.join(words.split())}"
        self._lines.append(self.hidden(line)[:LONGEST])

    def hidden(self, words: str) -> str:
        """The words with every secret taken out: those we know, and whatever has the shape of one.

        >>> OpsLog(["hunter2hunter2"]).hidden("pw hunter2hunter2 at postgresql://me:pw@db/x")
        'pw … at postgresql://…@db/x'
        """
        for secret in self._secrets:
            words = words.replace(secret, HIDDEN)
        return _SHAPES.sub(HIDDEN, words)

    def lines(self) -> Sequence[str]:
        """Oldest first."""
        return tuple(self._lines)
