"""How uvicorn is to run the application: the options that are ours to choose."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from uvicorn import Config

from schakel.http.protocol import LimitedHeadProtocol


def server_config(app: FastAPI, *, host: str, port: int, **more: Any) -> Config:
    """Port 0 lets the system choose. `more` goes to `uvicorn.Config` as it is."""
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "loop": "auto",  # uvloop where it exists
        "http": LimitedHeadProtocol,
        "ws": "none",
        "lifespan": "off",  # the composition root opens and closes
        "log_config": None,  # telemetry has set logging up
        "access_log": False,  # addresses may name a case; metrics count requests
        "server_header": False,
        "proxy_headers": False,  # whom to believe is in schakel.http.proxies
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": 10,
    }
    return Config(app, **{**options, **more})
