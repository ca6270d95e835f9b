"""What watches over a server asks of it."""

import sqlite3
import urllib.error
import urllib.request

import pytest


def read(server, path, **headers):
    request = urllib.request.Request(server.url + path, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def refused(server, path, **headers):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        read(server, path, **headers)
    refusal.value.close()
    return refusal.value.code


def value(text, name):
    [line] = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[1])


def test_a_server_is_ready_while_its_database_can_be_read(program):
    server = program().start()
    assert server.get("/readyz") == {"ok": True, "database": "ok"}
    with sqlite3.connect(server.data / "rooms.db") as raw:
        raw.execute("ALTER TABLE about RENAME TO elsewhere")
    assert refused(server, "/readyz") == 503
    assert server.get("/healthz") == {"ok": True}


def test_what_happens_is_counted(program, client_of):
    server = program().start()
    alice, bob = (client_of(server, reconnection=False) for _ in range(2))
    for client, name in ((alice, "alice"), (bob, "bob")):
        client.call("join", {"room": "kitchen", "user_name": name})
    for word in ("soup?", "soup!"):
        alice.call("my event", {"room": "kitchen", "message": word})
    text = read(server, "/metrics")
    server.stop()
    assert value(text, "rooms_connections") == 2
    assert value(text, "rooms_rooms") == 1
    assert value(text, "rooms_posts_total") == 2
    assert value(text, "rooms_deliveries_total") == 4
    assert value(text, "rooms_outbox_cuts_total") == 0
    assert value(text, "rooms_commit_seconds_count") >= 2
    assert value(text, "rooms_delivery_seconds_count") >= 2
    assert value(text, "rooms_places_left") > 100
    assert value(text, "rooms_hub_stall_seconds_count") >= 0


def test_metrics_are_told_to_this_machine_only_and_not_to_whom_a_proxy_brings(program):
    server = program().start()
    assert refused(server, "/metrics", **{"X-Forwarded-For": "127.0.0.1"}) == 403


def test_who_may_read_metrics_is_a_setting(program):
    server = program("--metrics-from", "192.0.2.0/24").start()
    assert refused(server, "/metrics") == 403
