"""Behind a proxy: whose word is taken for where somebody comes from."""

import json
import urllib.error
import urllib.request

import pytest

from rooms_chat.config import networks
from rooms_chat.transport.peers import Peers


def settled(trusted, remote, **headers):
    environ = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http"}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    Peers(networks(trusted)).settle(environ)
    return environ


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7", "198.51.100.7"),  # what the client itself wrote stands in front
        ("6.6.6.6, 198.51.100.7, 10.1.2.3", "198.51.100.7"),  # a second proxy of ours
        ("10.1.2.3", "10.1.2.3"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_a_trusted_proxy_names_the_last_hop_that_is_none_of_ours(hops, client):
    assert settled("127.0.0.1, 10.0.0.0/8", "127.0.0.1", x_forwarded_for=hops)["REMOTE_ADDR"] == client


def test_a_stranger_who_names_another_address_stays_who_it_is():
    environ = settled("10.0.0.0/8", "198.51.100.7", x_forwarded_for="6.6.6.6", x_forwarded_proto="https")
    assert environ["REMOTE_ADDR"] == "198.51.100.7"
    assert environ["wsgi.url_scheme"] == "http"


def test_by_default_nobody_is_trusted():
    assert settled("", "127.0.0.1", x_forwarded_for="6.6.6.6")["REMOTE_ADDR"] == "127.0.0.1"


def test_a_trusted_proxy_tells_whether_people_came_by_https():
    assert settled("127.0.0.1", "127.0.0.1", x_forwarded_proto="https")["wsgi.url_scheme"] == "https"
    assert settled("127.0.0.1", "127.0.0.1", x_forwarded_proto="gopher")["wsgi.url_scheme"] == "http"


def test_limits_count_those_behind_a_trusted_proxy_one_by_one(serve):
    server = serve("--trusted-proxy", "127.0.0.1", "--connections-per-address", "1")

    def connects(address):
        request = urllib.request.Request(
            f"{server.url}/socket.io/?EIO=4&transport=polling", headers={"X-Forwarded-For": address}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code

    assert [connects(address) for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")] == [200, 200, 503]


def test_who_polls_with_an_unknown_session_is_told_to_connect_anew(server):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{server.url}/socket.io/?EIO=4&transport=polling&sid=gone", timeout=5)
    with refusal.value as answer:
        assert answer.code == 400
        assert "another worker holds it" in answer.read().decode()


def test_metrics_are_told_by_who_really_asks(serve):
    server = serve("--trusted-proxy", "127.0.0.1")
    request = urllib.request.Request(f"{server.url}/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=5)
    with refusal.value as answer:
        assert json.load(answer)["error"]["code"] == "not_yours"
