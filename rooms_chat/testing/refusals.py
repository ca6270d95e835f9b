"""What a scenario sees when the server says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Refused(Exception):
    """The server refused a request; carries what its answer said."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: str = error["code"]
        self.message: str = error["message"]
        self.field: str | None = error.get("field")
        self.suggestion: str | None = error.get("suggestion")
        self.retry_after: float | None = error.get("retry_after")


class Expected:
    """What `refused` hands out; `error` is there once the block has ended."""

    error: Refused


@contextmanager
def refused(code: str) -> Iterator[Expected]:
    """What happens inside has to be refused with this code."""
    __tracebackhide__ = True
    expected = Expected()
    try:
        yield expected
    except Refused as refusal:
        if refusal.code != code:
            raise AssertionError(f"this was refused with {refusal}, and {code} was expected") from refusal
        expected.error = refusal
    else:
        raise AssertionError(f"this was done, and a refusal with {code} was expected")
