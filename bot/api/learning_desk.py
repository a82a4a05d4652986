"""The learning loop over HTTP: work is asked for and looked at by its id, a challenger that earned it is promoted."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any, Literal, Protocol

from fastapi import APIRouter, Security
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from bot.api.envelope import failed, ok, stamp
from bot.api.guards import KEY, KNOWN, Reading, Writing
from bot.api.shapes import Done, Failed, JobShape, Promoted, Wanted
from bot.errors import Later, NotEarned

WHO = ("api", "key")  # as the audit names whoever has the key
Kind = Literal["train", "evaluate"]
UNAUTHORISED: dict[int | str, dict[str, Any]] = {401: {"model": Failed, "description": "Unauthorized"}}


class JobLike(Protocol):
    """A piece of work: times in ms."""

    job_id: str
    kind: Kind
    at: int
    state: Literal["waiting", "running", "done", "failed"]
    ended: int | None
    result: dict[str, Any] | None
    problem: str | None


class WorkPort(Protocol):
    """Takes work and remembers it for a while."""

    def ask(self, kind: Kind) -> JobLike: ...

    def get(self, job_id: str) -> JobLike | None: ...


Promote = Callable[[str, tuple[str, str]], Awaitable[dict[str, Any]]]


def jobs_router(work: WorkPort) -> APIRouter:
    """`/api/ai/train/nightly` and `/api/ai/eval/challenger`."""
    router = APIRouter(prefix="/api/ai", route_class=Writing, responses=UNAUTHORISED, dependencies=[Security(KEY)])

    @router.post("/train/nightly", status_code=202, response_model=Done[JobShape])
    async def train() -> JSONResponse:
        """Learn from everything known now; the running program takes in what comes of it."""
        return ok(_job(work.ask("train")), 202)

    @router.post("/eval/challenger", status_code=202, response_model=Done[JobShape])
    async def evaluate() -> JSONResponse:
        """How forecasts and challengers stand now; nothing is changed."""
        return ok(_job(work.ask("evaluate")), 202)

    return router


def job_router(work: WorkPort) -> APIRouter:
    """`/api/ai/jobs/{id}`."""
    router = APIRouter(prefix="/api/ai", route_class=Reading, responses=KNOWN)

    @router.get("/jobs/{job_id}", response_model=Done[JobShape])
    async def show(job_id: str) -> JSONResponse:
        """A job, while it is remembered: the newest hundred, until a restart."""
        job = work.get(job_id)
        if job is None:
            raise HTTPException(404, f"there is no job {job_id[:40]}")
        return ok(_job(job))

    return router


def _job(job: JobLike) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "state": job.state,
        "asked_at": stamp(job.at),
        "ended_at": None if job.ended is None else stamp(job.ended),
        "result": job.result,
        "problem": job.problem,
    }


def promote_router(promote: Promote) -> APIRouter:
    """`/api/ai/promote`. `promote` raises KeyError for an unknown policy, NotEarned, and Later: not yet."""
    router = APIRouter(prefix="/api/ai", route_class=Writing)

    @router.post(
        "/promote",
        response_model=Done[Promoted],
        responses={**UNAUTHORISED, 409: {"model": Failed}, 503: {"model": Failed}},
        dependencies=[Security(KEY)],
    )
    async def show(wanted: Wanted) -> JSONResponse:
        """A challenger becomes the champion where it has earned it; else 409 with what is missing."""
        try:
            return ok(await promote(wanted.policy_version, WHO))
        except KeyError as error:
            raise HTTPException(404, "there is no such policy here") from error
        except NotEarned as error:
            return failed(409, "not_earned", str(error), failed=error.failed)
        except Later as error:
            raise HTTPException(503, str(error), {"Retry-After": f"{math.ceil(error.retry_after or 1)}"}) from error

    return router
