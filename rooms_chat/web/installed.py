"""Rooms as an app: its manifest, the worker that keeps pages for when there is no network, and the page for then."""

import hashlib
from pathlib import Path

import msgspec
from flask import Blueprint, Response, current_app, render_template, url_for

from rooms_chat.web.assets import Assets
from rooms_chat.web.context import language, translate

pages = Blueprint("installed", __name__)
PAPER = "#fbfaf7"
ICONS = (("icons/rooms-192.png", "192x192", "any"), ("icons/rooms-512.png", "512x512", "any"))
MASKABLE = ("icons/rooms-maskable-512.png", "512x512", "maskable")


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a system needs to show Rooms among its apps."""
    described = {
        "id": "/",
        "name": translate("Rooms"),
        "short_name": translate("Rooms"),
        "description": translate("Every room is a URL."),
        "lang": language(),
        "start_url": url_for("rooms.index"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [icon(*one) for one in (*ICONS, MASKABLE)],
    }
    return Response(msgspec.json.encode(described), mimetype="application/manifest+json")


@pages.get("/service-worker.js")
def worker() -> Response:
    """The worker. Its last line changes with any file, so that browsers take up a new one, and its page, with it."""
    code = (Path(current_app.static_folder or "static") / "service-worker.js").read_bytes()
    return Response(code + b"\n// " + files_hash().encode() + b"\n", mimetype="text/javascript")


@pages.get("/offline")
def offline() -> str:
    """What is shown without a network, where the page asked for was not kept."""
    return render_template("installed/offline.html")


def icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": assets().url(name), "sizes": sizes, "type": "image/png", "purpose": purpose}


def files_hash() -> str:
    """One hash of all files, and of the language in which the page for then is kept."""
    named = [language(), *(f"{name} {content}" for name, content in sorted(assets().hashes.items()))]
    return hashlib.sha256("\n".join(named).encode()).hexdigest()


def assets() -> Assets:
    found: Assets = current_app.extensions["rooms_assets"]
    return found
