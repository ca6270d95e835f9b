"""The network resets, closes, swallows and stalls; or says nothing at all any more."""

import pytest

from tests.faults.clients import wait_until
from tests.faults.proxy import KINDS, Proxy
from tests.faults.swarm import Swarm

MANY = 12


@pytest.fixture
def proxy(scene):
    def make(*kinds):
        made = Proxy(scene.server.port, scene.seed, kinds or KINDS)
        scene.closing.append(made)
        return made

    return make


def through(scene, network, times):
    """Wait until so many connections have met their fate, then let the network be as it should."""
    wait_until(lambda: network.injected.total() >= times, 60, f"{times} faults of the network")
    scene.faults += network.injected.total()
    scene.history.record("fault", what=dict(network.injected))
    network.calm()


@pytest.mark.tried(small=1, long=30)
def test_connections_that_break_at_any_byte_lose_nothing_and_double_nothing(scene, proxy, is_long):
    scene.server.start()
    network = proxy()
    clients = scene.clients(*(f"client {n}" for n in range(MANY)), patience=0.5, pace=0.05)
    scene.let_talk(clients)
    scene.take(Swarm(network.port, clients))
    through(scene, network, 100 if is_long else 30)
    scene.ends()


@pytest.mark.tried(small=1, long=20)
def test_what_was_written_and_never_acknowledged_is_sent_again_and_is_there_once(scene, proxy, is_long):
    """Each connection is reset between the commit and its acknowledgement."""
    scene.server.start()
    network = proxy("ack")
    clients = scene.clients("alice", "bob", "charlie", pace=0.01)
    scene.let_talk(clients)
    scene.take(Swarm(network.port, clients))
    through(scene, network, 100 if is_long else 20)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_official_clients_come_through_a_broken_network(scene, proxy, is_long):
    scene.server.start()
    network = proxy("reset", "close", "black hole", "stall", "slow", "late")
    scene.officials("alice", "bob", url=f"http://127.0.0.1:{network.port}", patience=0.5, pace=0.02)
    through(scene, network, 20 if is_long else 6)
    scene.ends()
