"""Errors at the edges, translated once.

SharpSignalError
|- SettingsError       wrong settings or wrong use: exit 2, the message names the mend
|- DataError           a tape or a frame that cannot be used: exit 1, names file, row and reason
|- Retryable           try again (after `retry_after` seconds where the other side said so)
|  `- Later            nothing is wrong: it may not be said yet
|- Fatal               do not try again; `reason` says why (blocked, rights, not_found, rejected, …)
`- NotEarned           a challenger may not take over yet; `failed` names what is missing
"""

from __future__ import annotations


class SharpSignalError(Exception):
    """Root of our own errors."""


class SettingsError(SharpSignalError):
    """Wrong settings or wrong use of a command."""


class DataError(SharpSignalError):
    """Market data that cannot be used."""


class Retryable(SharpSignalError):
    """A passing fault: `retry_after` is in seconds, None where the other side did not say.

    `sent` is False where the request surely did not reach the other side, None where nobody knows.
    """

    def __init__(self, message: str, retry_after: float | None = None, sent: bool | None = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.sent = sent


class Later(Retryable):
    """It may not be said now, and no fault of anyone: due again after `seconds`, or when its channel says so earlier.

    Nothing was tried, so nothing else that goes to the same chat waits for it.
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message, seconds, sent=False)


class Fatal(SharpSignalError):
    """A lasting fault: `reason` is blocked, rights, topic_closed, not_found, rejected, migrated or unauthorized.

    `rights`: we may not write there now; `topic_closed`: the topic is closed to us.
    """

    def __init__(self, message: str, reason: str = "rejected", moved_to: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.moved_to = moved_to


class NotEarned(SharpSignalError):
    """A challenger may not take over: `failed` names what is missing."""

    def __init__(self, failed: list[str]) -> None:
        super().__init__("it has not earned it: " + ", ".join(failed))
        self.failed = failed


BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What our own code raises when it meets something that nobody thought of: one row is put aside, the rest goes on."""
