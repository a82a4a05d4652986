"""Routes of the program in a real server on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import uvicorn
from fastapi import APIRouter, FastAPI


@asynccontextmanager
async def serving(routers: Iterable[APIRouter]) -> AsyncIterator[str]:
    """The root it listens on, which is not the root that the other side knows."""
    app = FastAPI()
    for router in routers:
        app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", ws="none", log_level="warning"))
    async with asyncio.TaskGroup() as group:
        served = group.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            await asyncio.wait([served])
