"""The network resets, closes, swallows and stalls; or says nothing at all any more."""

import subprocess

import pytest

from tests.faults import namespace
from tests.faults.clients import wait_until
from tests.faults.proxy import KINDS, Proxy
from tests.faults.swarm import Swarm

MANY = 12
SILENT_SECONDS = 40


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


@pytest.fixture
def cable():
    made = namespace.Namespace()
    try:
        yield made.make()
    except subprocess.CalledProcessError:
        pytest.skip("making a network is not allowed here")
    finally:
        made.close()


def two_who_see_each_other(scene, **where_bob_is):
    alice, bob = scene.clients("alice", pace=0.02), scene.clients("bob", pace=0.02)
    scene.let_talk([*alice, *bob])
    scene.take(Swarm(scene.server.port, alice, host=scene.server.host))
    swarm = scene.take(Swarm(scene.server.port, bob, host=scene.server.host, **where_bob_is))
    wait_until(lambda: bob[0].person and bob[0].person in alice[0].here, 20, "alice sees bob")
    return alice[0], bob[0], swarm


@pytest.mark.tried(small=1, long=5)
def test_who_is_cut_is_gone_at_once_and_comes_back(scene):
    scene.server.start()
    alice, bob, swarm = two_who_see_each_other(scene)
    swarm.held_back = True
    swarm.cut(bob)
    scene.fault("cut")
    scene.sees_gone(alice, bob.person, "closed", 10)
    swarm.held_back = False
    wait_until(lambda: bob.person in alice.here, 20, "alice sees bob again")
    scene.ends()


@pytest.mark.skipif(not namespace.can_be_made(), reason="only root can make a network of its own")
@pytest.mark.tried(small=1, long=3)
def test_whose_cable_is_pulled_is_gone_in_time_and_comes_back_to_everything(scene, cable, is_long):
    if not is_long:
        pytest.skip("a silent network is noticed after half a minute: see make faults")
    scene.server.host = cable.here
    scene.server.start()
    alice, bob, _ = two_who_see_each_other(scene, enter=cable.enter)
    scene.waits_for_more(scene.rng.randrange(1, 50))
    cable.pull()
    scene.fault("cable pulled")
    scene.sees_gone(alice, bob.person, "silent", SILENT_SECONDS)
    cable.mend()
    wait_until(lambda: bob.person in alice.here, 20, "alice sees bob again")
    scene.ends()
