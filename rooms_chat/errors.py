"""What can go wrong, by the rules of chat.

    RoomsError                  an answer: code, sentence, and what helps
    ├── BadRequest              bad_request
    │   └── TooLong             too_long
    ├── UnknownEvent            unknown_event
    ├── RoomNotFound            room_not_found
    ├── PersonNotFound          person_not_found
    ├── NotJoined               not_joined
    ├── NotYours                not_yours
    ├── TooLate                 too_late
    ├── Archived                archived
    ├── NameTaken               name_taken
    ├── OtherPerson             other_person
    ├── RateLimited             rate_limited
    ├── TryAgain                try_again
    └── Busy                    busy
    CannotStart                 one line for the operator, exit status 2
    └── BadSetting

Doors translate a RoomsError once: an acknowledgement, a page, a JSON body.
"""

from math import ceil
from typing import Any, ClassVar


class RoomsError(Exception):
    """A refusal. `message` is a sentence for the person who gets it; `code` is for the program."""

    code: ClassVar[str] = "bad_request"
    http_status: ClassVar[int] = 400

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        suggestion: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.suggestion = suggestion
        self.retry_after = retry_after

    def as_dict(self) -> dict[str, Any]:
        """The `error` of an answer; `retry_after` in seconds."""
        said = {"field": self.field, "suggestion": self.suggestion, "retry_after": self.retry_after}
        return {"code": self.code, "message": self.message} | {k: v for k, v in said.items() if v is not None}

    @property
    def http_headers(self) -> dict[str, str]:
        """What tells a program when to try again, in whole seconds, if that helps."""
        return {} if self.retry_after is None else {"Retry-After": str(max(1, ceil(self.retry_after)))}


class BadRequest(RoomsError):
    """Not of the shape that was asked for."""


class TooLong(BadRequest):
    code = "too_long"
    http_status = 413


class UnknownEvent(RoomsError):
    code = "unknown_event"


class RoomNotFound(RoomsError):
    code = "room_not_found"
    http_status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no room “{name}” here.", field="room")


class PersonNotFound(RoomsError):
    code = "person_not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__("There is no such person for you.", field="id")


class NotJoined(RoomsError):
    code = "not_joined"
    http_status = 403

    def __init__(self, name: str) -> None:
        super().__init__(f"Join “{name}” first.", field="room")


class NotYours(RoomsError):
    code = "not_yours"
    http_status = 403


class TooLate(RoomsError):
    code = "too_late"
    http_status = 409


class Archived(RoomsError):
    code = "archived"
    http_status = 409

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is archived. It can be read, and nothing more.", field="room")


class NameTaken(RoomsError):
    code = "name_taken"
    http_status = 409

    def __init__(self, name: str, suggestion: str) -> None:
        super().__init__(
            f"Somebody here is already called “{name}”, or looks like it. “{suggestion}” is free.",
            field="user_name",
            suggestion=suggestion,
        )


class OtherPerson(RoomsError):
    code = "other_person"
    http_status = 409


class RateLimited(RoomsError):
    code = "rate_limited"
    http_status = 429


class TryAgain(RoomsError):
    code = "try_again"
    http_status = 503


class Busy(RoomsError):
    code = "busy"
    http_status = 503


class CannotStart(Exception):
    """The server cannot start; the message says why and what to do, in one line."""


class BadSetting(CannotStart):
    """A setting was given a value that will not do."""
