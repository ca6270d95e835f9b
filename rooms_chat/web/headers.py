"""What every answer carries: the policy the browser holds the page to, and who may keep a copy."""

import re
import secrets

from flask import Flask, Response, g, request

from rooms_chat.web.assets import is_named_by_content

# A file is never a page: where one is opened as such, it may do nothing. And half a hundred files come with each page.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
NEVER_CHANGES = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Guard every answer, pages or not."""
    app.after_request(guard)
    app.jinja_env.globals["nonce"] = nonce


def nonce() -> str:
    """This answer's nonce, for the one inline script: the import map."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def guard(response: Response) -> Response:
    """Headers for all; only static files may be kept."""
    response.headers["Content-Security-Policy"] = NO_PAGE if request.endpoint == "static" else policy()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    keepable(response)
    return response


def keepable(response: Response) -> None:
    """A file named by its content may be kept for ever, any other is asked for again, a page is never stored."""
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        named = is_named_by_content((request.view_args or {})["filename"], request.args.get("v"))
        response.headers["Cache-Control"] = NEVER_CHANGES if named else "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Accept-Language"))


def policy() -> str:
    """Nothing but our own files, no inline script but the one with the nonce, and html only through one policy."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self'{own_sockets()}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types rooms",
        )
    )


def own_sockets() -> str:
    """This host's WebSockets by name: for Safari, 'self' does not mean them."""
    if not re.fullmatch(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?", request.host):
        return ""
    return f" ws://{request.host} wss://{request.host}"
