"""A real page behind a network that breaks: what was written is there once, in order, and the page shows it so."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Server
from tests.faults.proxy import CALM, Proxy

BREAKING = ("reset", "close", "ack")
LONG = "and so on " * 30 + "to the end"
MOST_WORDS = 100


@pytest.fixture
def broken_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Server]]:
    """A proxy, calm until it is told to break things, and the server behind it."""
    proxy = Proxy(0, seed=1, kinds=CALM)
    server = Server(tmp_path_factory.mktemp("behind"), "--allow-origin", f"http://127.0.0.1:{proxy.port}")
    proxy.target = server.port
    yield proxy, server
    proxy.close()
    server.close()


def test_a_network_that_breaks_at_any_byte_loses_and_doubles_nothing_a_page_sent(enter, room, broken_network):
    proxy, server = broken_network
    alice = enter("Alice", url=f"http://127.0.0.1:{proxy.port}").opens(room)
    bob = enter("Bob", url=f"http://127.0.0.1:{proxy.port}").goes_to(room)
    alice.says("first")
    bob.hears("first")
    words = ["first"]
    for part in ("before the reload", "after the reload"):
        proxy.kinds = BREAKING
        server.kill()
        server.start()
        broken = proxy.injected.total()
        for number in range(MOST_WORDS):
            words.append(f"{number} {part} {LONG}")
            alice.says(words[-1])
            if number >= 5 and proxy.injected.total() > broken:
                break
            alice.page.wait_for_timeout(150)  # nobody writes faster, and every connection comes to where it breaks
        proxy.calm()  # also what would break yet: a page that is cut off in its middle is not what is asked here
        alice.page.reload()
    alice.hears(*words)
    bob.hears(*words)
    assert server.said(room) == words
    assert proxy.injected.total() > 1
