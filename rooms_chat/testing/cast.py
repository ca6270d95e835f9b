"""The people of a scenario, and the server where they meet."""

from rooms_chat.testing.person import Person
from rooms_chat.testing.screen import Screen
from rooms_chat.testing.server import Server


class Cast:
    """Call it with a name for a person of that name: `dave = cast("dave")`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._named: dict[str, Person] = {}
        self._everybody: list[Person] = []

    def __call__(self, name: str) -> Person:
        if name not in self._named:
            self._named[name] = self.takes(Person(self, name))
        return self._named[name]

    def takes(self, person: Person) -> Person:
        """Count one more screen among the cast."""
        self._everybody.append(person)
        return person

    def tabs_of(self, person: Person) -> list[Person]:
        """All the screens of a person."""
        return [other for other in self._everybody if other is person or (other.id and other.id == person.id)]

    def is_level(self, last: Screen) -> None:
        """Everything said so far has come to everybody's screen; to this one's last."""
        __tracebackhide__ = True
        for person in self._everybody:
            if person is not last and person.client.is_connected:
                person.is_level()
        last.is_level()

    def sees_the_server_restart(self) -> None:
        """The server stops and starts again on the same data; everybody loses the connection."""
        __tracebackhide__ = True
        for person in self._everybody:
            if person.client.is_connected:
                person.loses_connection()
        self.server.restart()

    def goes_home(self) -> None:
        """The scenario ends. Raises for what nobody looked at: a hole in a stream, a complaint of the server."""
        __tracebackhide__ = True
        self.server.wait(lambda: False, 0)
        complaints = self.server.close()
        for person in self._everybody:
            person.client.check()
        if complaints:
            raise AssertionError("\n".join(complaints))
