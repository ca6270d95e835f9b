"""A room's URL for programs."""

import urllib.request


def test_another_spelling_is_sent_on_to_the_rooms_own(program, client_of):
    server = program().start()
    client = client_of(server, reconnection=False)
    client.call("join", {"room": "kitchen", "user_name": "alice"})
    client.call("my event", {"room": "kitchen", "message": "soup?"})
    with urllib.request.urlopen(f"{server.url}/r/KITCHEN.json?after=0&limit=7", timeout=10) as answer:
        assert answer.url == f"{server.url}/r/kitchen.json?after=0&limit=7"
    assert server.get("/r/kitchen.json?after=1")["messages"] == []
