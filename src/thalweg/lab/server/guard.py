"""Who is answered: pages of this server alone, under a name of this machine, and who knows the token."""

from __future__ import annotations

import hmac
import logging
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thalweg.lab.server.bodies import refusal

log = logging.getLogger("thalweg.lab")

COOKIE = "thalweg-lab"
LONGEST_PATH = 2000
FOREIGN, OPEN = "another site asks, not a page of this server.", "open the address that it printed."
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "frame-ancestors 'self' http://localhost:* http://127.0.0.1:* vscode-webview:",
    "cross-origin-resource-policy": "same-site",
}


class Guard:
    """Refuses a foreign Host (DNS rebinding), a foreign Origin, over-long paths, and whoever lacks the token.

    A page of another site can make a browser ask this server; it cannot make it say that the asking page is
    ours: browsers send `Origin` with every POST, and `Sec-Fetch-Site` with all requests.
    """

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...], token: str = ""):
        self.app, self.hosts, self.token = app, hosts, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._refusal(scope, headers)
        is_read = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers

        async def received() -> Message:
            nonlocal is_read
            message = await receive()
            is_read = is_read or not message.get("more_body", False)
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                if not is_read:  # who still sends something that nobody wants is not listened to any longer
                    own["connection"] = "close"
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
                if scope["path"].startswith("/api"):
                    own.setdefault("cache-control", "no-cache")
            started.append(message["type"])
            await send(message)

        started: list[str] = []
        try:
            await (answer or self.app)(scope, received, with_headers)
        except Exception as error:  # nobody foresaw it: one line here, words there, and the server goes on
            log.error("%s %s: %s: %s", scope["method"], scope["path"], type(error).__name__, error)
            if not started:
                hint = "please report it, with the line that the server printed."
                fault = refusal(500, "this is a fault of Thalweg.", hint)
                await fault(scope, receive, with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if len(scope.get("raw_path") or scope["path"]) > LONGEST_PATH:
            return refusal(414, "the address is too long.")
        host = headers.get("host", "")
        if not self._is_ours(host):
            return refusal(
                400, f"this server does not answer as {host[:80]!r}.", "open the address that it printed."
            )
        origin = headers.get("origin")
        if origin is not None and not self._is_same(origin, host):
            return refusal(403, FOREIGN, OPEN)
        if scope["method"] not in ("GET", "HEAD") and headers.get("sec-fetch-site", "same-origin") not in (
            "same-origin",
            "none",
        ):
            return refusal(403, FOREIGN, OPEN)
        return self._without_token(scope, headers) if self.token else None

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return "*" in self.hosts or name.lower() in self.hosts

    @staticmethod
    def _is_same(origin: str, host: str) -> bool:
        try:
            found = urlsplit(origin)
        except ValueError:
            return False
        return found.scheme in ("http", "https") and found.netloc.lower() == host.lower()

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        """Return a refusal for who lacks the token; who brings it in the address gets a cookie for it."""
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        given = asked.get("token", [""])[0]
        if given and hmac.compare_digest(given.encode(), self.token.encode()):
            # one slash: with two a path would name another host
            answer = RedirectResponse("/" + scope["path"].lstrip("/"), status_code=303)
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        if cookie is not None and hmac.compare_digest(cookie.value.encode(), self.token.encode()):
            return None
        words = "This lab needs the address with its token, as it was printed where it was started."
        return HTMLResponse(f"<!doctype html><title>Thalweg lab</title><p>{words}</p>", status_code=401)
