"""The log, for machines and for people."""

import json
import logging

import pytest

from rooms_chat import logs


def record(event, *values, **more):
    return logging.LogRecord("rooms_chat.transport", logging.INFO, "", 0, event, values, more.get("exc_info"))


def test_a_line_is_one_json_object_and_what_people_sent_is_a_value_in_it():
    line = logs.Json().format(record("a client at %s %.200s", "192.0.2.1", 'sent "\n{"event": "forged"}\u202e'))
    assert "\n" not in line
    assert line.isascii()
    said = json.loads(line)
    assert said["event"] == "a client at %s %.200s"
    assert said["values"] == ["192.0.2.1", 'sent "\n{"event": "forged"}\u202e']
    assert (said["level"], said["part"]) == ("info", "rooms_chat.transport")


def test_a_line_tells_which_connection_and_which_request_it_is_about():
    token = logs.CONNECTION.set("sid-1")
    try:
        assert json.loads(logs.Json().format(record("a request failed")))["connection"] == "sid-1"
        assert logs.Text().format(record("a request failed")).endswith("a request failed connection=sid-1")
    finally:
        logs.CONNECTION.reset(token)


def test_a_line_about_no_connection_names_none(alice):
    """A disk that is full was said to be about whoever had asked for something last."""
    alice.joins("kitchen")
    assert logs.ids() == {}


def test_what_went_wrong_stands_in_the_same_line():
    try:
        raise ValueError("soup")
    except ValueError as error:
        line = logs.Json().format(record("it failed", exc_info=(ValueError, error, error.__traceback__)))
    assert "\n" not in line
    assert "ValueError: soup" in json.loads(line)["exception"]


@pytest.mark.parametrize("said", ["a\nb", "a\x1b[2Jb", "a\rb", "a\u202eb", "a\u2028b"])
def test_on_a_terminal_nothing_that_was_sent_can_pretend_to_be_a_line_of_ours(said):
    assert len(logs.Text().format(record("sent %s", said)).splitlines()) == 1
    assert not logs.INVISIBLE.search(logs.Text().format(record("sent %s", said)))


def test_a_server_logs_json_where_nobody_watches_and_text_where_it_is_asked_to(program, client_of):
    for flags, is_json in (((), True), (("--log", "text"), False)):
        server = program(*flags).start()
        client = client_of(server, reconnection=False)
        client.eio.ws.send("no packet")
        while client.connected:
            client.sleep(0.02)
        server.stop()
        line = next(line for line in server.complaints.splitlines() if "no packet" in line)
        assert line.startswith('{"at": ') == is_json
        if is_json:
            assert json.loads(line)["values"][0] == "127.0.0.1"
