"""The action server: rasa_sdk's executor behind a small Starlette app; a token, errors without content."""

from __future__ import annotations

import argparse
import contextlib
import hmac
import logging
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from actions import logs
from actions.care.pathways import default_rules
from actions.faq import default_answers
from actions.form import ActionDefaultFallback, ValidateIntakeForm
from actions.practice_api import PracticeApi
from actions.settings import Settings
from actions.warming import warm_up

HEADER = "X-Frontdesk-Token"
LARGEST_BODY = 2_000_000
# Longer than the bot keeps its connection (bot/tuning/calls.py): the caller hangs up first, no call is lost.
KEEP_ALIVE_SECONDS = 75
log = logging.getLogger("frontdesk.actions")


class DomainlessExecutor(ActionExecutor):  # type: ignore[misc]  # rasa_sdk ships no types
    """Runs actions without a domain: none of ours reads it, and Rasa does not send it."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """rasa-sdk 3.21 answers 449 to a call without a domain; here it is simply empty."""
        return {}


def build_executor(desk: PracticeApi) -> ActionExecutor:
    """The executor with our actions, each given what it needs."""
    executor = DomainlessExecutor()
    executor.register_action(ValidateIntakeForm(desk, default_rules()))
    executor.register_action(ActionDefaultFallback())
    return executor


def create_app(desk: PracticeApi, token: str) -> Starlette:
    """`POST /webhook` (Rasa's action calls) and `GET /health`. Bad files under data/care refuse the start."""
    executor = build_executor(desk)
    default_answers()

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def webhook(request: Request) -> JSONResponse:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), token.encode()):
            return _error(401, "SignInRequired")
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return _error(413, "TooLarge")
        return await _run(executor, request)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warm_up(default_rules())
        yield
        await desk.close()

    routes = [Route("/health", health), Route("/webhook", webhook, methods=["POST"])]
    return Starlette(routes=routes, lifespan=lifespan)


async def _run(executor: ActionExecutor, request: Request) -> JSONResponse:
    try:
        call = await request.json()
        result = await executor.run(call)
    except ActionExecutionRejection as rejection:
        return JSONResponse({"error": "rejected", "action_name": rejection.action_name}, 400)
    except ActionNotFoundException:
        return _error(404, "NotFound")
    except Exception as error:
        log.error("action failed: %s at %s", type(error).__name__, _where(error))
        return _error(500, "FrontdeskError")
    return JSONResponse(result.model_dump() if result else None)


def _where(error: BaseException) -> str:
    """File and line of the innermost frame: enough to look for the fault, and no content."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


def _error(status: int, name: str) -> JSONResponse:
    return JSONResponse({"error": name, "detail": ""}, status)


def main() -> None:
    """`python -m actions.server --port N`: serve on loopback until stopped."""
    parser = argparse.ArgumentParser(prog="actions.server")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    given = parser.parse_args()
    logs.apply()
    settings = Settings.from_environment()
    desk = PracticeApi.connect(settings.api_url, settings.service_token)
    app = create_app(desk, settings.actions_token)
    uvicorn.run(
        app,
        host=given.host,
        port=given.port,
        access_log=False,
        log_config=None,  # one form for all lines: actions/logs.py
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


if __name__ == "__main__":
    main()
