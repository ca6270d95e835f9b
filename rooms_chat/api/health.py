"""How the server is: alive, ready, and its metrics. For whoever watches over it."""

from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request

from rooms_chat.api.answers import as_json
from rooms_chat.chat import Chat
from rooms_chat.metrics import CONTENT_TYPE

blueprint = Blueprint("health", __name__)
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


@blueprint.get("/healthz")
def healthz() -> Response:
    """It is alive."""
    return as_json({"ok": True})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Whether it should be sent people: 503 while its database cannot be read, or while it stops.

    A bell that is away only delays what other workers say, so that it is told and changes nothing else.
    """
    state = _chat().state()
    return as_json(state, 200 if state["ok"] else 503)


@blueprint.get("/metrics")
def metrics() -> Response:
    """What Prometheus asks for, for those addresses that may."""
    if not _may_read_metrics():
        return as_json({"ok": False, "error": {"code": "not_yours", "message": "Metrics are not told to you."}}, 403)
    return Response(_chat().metrics.as_text(), content_type=CONTENT_TYPE)


def _may_read_metrics() -> bool:
    """What a proxy passes on comes from anywhere, unless the proxy is trusted to say from where."""
    if any(header in request.headers for header in FORWARDED):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(address in network for network in _chat().settings.metrics_from)


def _chat() -> Chat:
    chat: Chat = current_app.extensions["rooms"]
    return chat
