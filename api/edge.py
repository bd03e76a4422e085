"""The edge of the api: security headers, the limit on bodies, and errors as people and programs read them."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import FrontdeskError, SignInRequired, TooMany
from api.widget.plain import failure_for

LARGEST_BODY = 64 * 1024
NAMES = {400: "BadInput", 404: "NotFound", 405: "MethodNotAllowed", 413: "TooLarge", 422: "BadInput"}
HEADERS = {
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), browsing-topics=()",
    b"cross-origin-opener-policy": b"same-origin",
}
# Where programs ask: they get JSON, whatever they say they read.
FOR_PROGRAMS = ("/api/", "/internal/", "/staff", "/a/", "/fhir/", "/metrics", "/healthz", "/readyz")
# Two years, as browsers' own lists ask for; told only behind a proxy, where every visitor comes over TLS.
HSTS = b"max-age=63072000"
REQUEST_ID = b"x-request-id"
NO_STORE = ("/api/", "/internal/", "/staff", "/a/")

log = structlog.get_logger(__name__)
Panel = Callable[[], dict[str, Any]]


class SecurityHeaders:
    """Adds what a response does not say itself: pages bring their own policy, all else gets the strictest."""

    def __init__(self, app: ASGIApp, is_https: bool = False) -> None:
        self._app = app
        self._headers = HEADERS | ({b"strict-transport-security": HSTS} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                wanted = dict(self._headers)
                if scope["path"].startswith(NO_STORE):
                    wanted[b"cache-control"] = b"no-store"
                extra = [(name, value) for name, value in wanted.items() if name not in present]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestId:
    """Gives each request an id of our own: on every log line it causes, in the answer, and on an error page.

    What a caller sends as an id is not taken over: it could be anything, and it would stand in the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope["request_id"] = secrets.token_hex(8)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = (REQUEST_ID, scope["request_id"].encode())
                message = {**message, "headers": [*message["headers"], own]}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=scope["request_id"]):
            await self._app(scope, receive, send_with_id)


class BodyLimit:
    """Refuses bodies over 64 KiB, counted as they arrive: what a header promises is not believed."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self._app, self._largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        arrived = 0

        async def receive_counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self._largest:
                raise HTTPException(413, f"a request may have {self._largest} bytes at most")
            return message

        await self._app(scope, receive_counted, send)


def install(app: FastAPI, panel: Panel, *, is_https: bool = False) -> None:
    """Add middleware and error handlers. `panel` gives the lines to call that go with every failure of ours.

    `is_https`: visitors come through a proxy that speaks TLS, and their browsers are told to insist on it.
    """
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, is_https=is_https)
    app.add_middleware(RequestId)
    app.add_exception_handler(FrontdeskError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown_with(panel))


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, FrontdeskError)
    if isinstance(error, SignInRequired) and request.url.path.startswith("/staff"):
        return _to_sign_in(request)
    if _wants_page(request):
        return failure_for(request, error, error.status)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.extra.get("retry_after_seconds", 60))
    return JSONResponse(error.body(), error.status, headers)


def _to_sign_in(request: Request) -> Response:
    # HTMX follows a redirect silently, which would put the sign-in page into a fragment; it obeys this header.
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": "/staff/sign-in"})
    return RedirectResponse("/staff/sign-in", status_code=303)


def _wants_page(request: Request) -> bool:
    """True when a person's browser asked for a page of the visitor's: an error must carry the lines to call too."""
    asks = "text/html" in request.headers.get("accept", "")
    return asks and not request.url.path.startswith(FOR_PROGRAMS)


async def _invalid(request: Request, error: Exception) -> Response:
    # Never the input itself: it may be private, and it may be something JSON cannot carry.
    assert isinstance(error, RequestValidationError)
    if _wants_page(request):
        return failure_for(request, None, 422)
    fields = [
        {"field": ".".join(str(part) for part in one["loc"][1:]) or "body", "reason": str(one["msg"])}
        for one in error.errors()
    ]
    detail = "; ".join(f"{one['field']}: {one['reason']}" for one in fields)
    return JSONResponse({"error": "BadInput", "detail": detail, "fields": fields}, 422)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _wants_page(request):
        return failure_for(request, None, error.status_code)
    body = {"error": NAMES.get(error.status_code, "HttpError"), "detail": error.detail}
    return JSONResponse(body, error.status_code, error.headers)


def _unknown_with(panel: Panel) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def unknown(request: Request, error: Exception) -> Response:
        # The pattern of the address, not the address: a signed link in it would open somebody's visit.
        route, request_id = request.scope.get("route"), request.scope.get("request_id", "")
        log.error(
            "request_failed", route=getattr(route, "path", None), error=type(error).__name__, request_id=request_id
        )
        # This answer is made outside every middleware, so it brings its headers itself.
        headers = {name.decode(): value.decode() for name, value in HEADERS.items()}
        headers |= {"Cache-Control": "no-store", REQUEST_ID.decode(): request_id}
        if _wants_page(request):
            page = failure_for(request, None, 500)
            page.headers.update(headers)
            return page
        return JSONResponse({"error": "InternalError", "request_id": request_id, **panel()}, 500, headers)

    return unknown
