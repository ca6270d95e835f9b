"""What the doors for programs answer: JSON."""

from typing import Any

import msgspec
from flask import Response


def as_json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, mimetype="application/json")
