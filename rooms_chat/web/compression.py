"""What travels small: pages compressed as they are made, files once, for who takes gzip.

A page holds what a stranger chose (a name in its address) beside what is secret (the token of its forms), and so its
compressed length could tell of the secret to who sees many of them. Two things take that away: a cookie, and with it
the token, is not sent along with what other sites ask for (`SameSite`), and every answer is longer by a random bit.
"""

import gzip
import io
import secrets

from flask import Flask, Response, request
from werkzeug.datastructures import Accept

from rooms_chat.web.assets import compressed_file

TEXTS = {"text/html", "text/plain", "text/javascript", "application/json", "application/manifest+json", "image/svg+xml"}
SMALLEST_BYTES = 512
WELL_BYTES = 128 * 1024
# Beyond it even the quickest level would hold the others for longer than it may.
MOST_BYTES = 512 * 1024
WELL, QUICKLY = 4, 1
LONGER_AT_MOST = 100


def init_app(app: Flask) -> None:
    """Compress what is worth it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The answer as it should travel."""
    if request.method == "OPTIONS" or response.status_code == 206 or "Content-Encoding" in response.headers:
        return response
    if request.endpoint == "static":
        return small_file(response)
    if response.mimetype in TEXTS and not response.is_streamed and not response.direct_passthrough:
        return small_page(response)
    return response


def small_file(response: Response) -> Response:
    """A file of ours; its entity tag is weak, since it stands for two forms of one content."""
    small = compressed_file((request.view_args or {})["filename"])
    if small is None:
        return response
    response.vary.add("Accept-Encoding")
    if not takes_gzip(request.accept_encodings):
        return response
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)
    if response.status_code == 200:
        response.response.close()  # type: ignore[union-attr]  # the opened file
        response.direct_passthrough = False
        put(response, small)
    return response


def small_page(response: Response) -> Response:
    """An answer that was made for this request."""
    body = response.get_data()
    if not SMALLEST_BYTES <= len(body) <= MOST_BYTES:
        return response
    response.vary.add("Accept-Encoding")
    if takes_gzip(request.accept_encodings):
        put(response, squeeze(body))
    return response


def takes_gzip(accepted: Accept) -> bool:
    """Whether it was asked for by name, or by a star."""
    return accepted.quality("gzip") > 0


def squeeze(body: bytes) -> bytes:
    """Gzip whose length says little: a file name of random length stands in its head, which nobody reads."""
    name = "r" * secrets.randbelow(LONGER_AT_MOST)
    level = WELL if len(body) <= WELL_BYTES else QUICKLY
    squeezed = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=level, fileobj=squeezed, mtime=0) as into:
        into.write(body)
    return squeezed.getvalue()


def put(response: Response, small: bytes) -> None:
    """Give it that body."""
    response.set_data(small)
    response.headers["Content-Encoding"] = "gzip"
