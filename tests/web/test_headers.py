"""What every answer carries."""

import re

import pytest

from rooms_chat.web.assets import Assets

EVERYWHERE = ["/", "/r/nowhere", "/r/kitchen", "/r/kitchen.json", "/r/kitchen/qr.svg", "/healthz", "/no/such/page"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_is_guarded_and_kept_by_nobody(alice, path):
    alice.opens("kitchen")
    headers = alice.sees(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_the_policy_allows_nothing_that_is_not_ours(alice, path):
    policy = alice.sees(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'; trusted-types rooms" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_the_only_inline_script_that_runs_is_the_import_map_and_carries_this_answers_nonce(alice):
    answer = alice.sees("/")
    inline = [tag for tag in re.findall(r"<script[^>]*>", answer.text) if "src=" not in tag]
    runs = [tag for tag in inline if "application/json" not in tag]
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
    assert runs == [f'<script type="importmap" nonce="{nonce}">']


def test_a_nonce_is_never_used_twice(alice):
    assert alice.sees("/").headers["Content-Security-Policy"] != alice.sees("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/r/nowhere", "/r/kitchen", "/no/such/page"])
def test_no_page_has_inline_styles_or_handlers(alice, path):
    alice.opens("kitchen")
    assert not re.search(r"<[^>]*\s(style|on\w+)=|<style", alice.reads(path))


def test_a_strange_host_does_not_get_into_the_policy(alice):
    policy = alice.sees("/", headers={"Host": "x; script-src *"}).headers["Content-Security-Policy"]
    assert "*" not in policy


def test_a_file_named_by_its_content_may_be_kept_for_ever_and_a_plain_one_is_asked_for_again(alice):
    named = re.search(r"/static/css/base\.css\?v=\w+", alice.reads("/"))[0]
    assert "immutable" in alice.sees(named).headers["Cache-Control"]
    assert alice.sees("/static/css/base.css").headers["Cache-Control"] == "no-cache"
    assert alice.sees("/static/css/base.css?v=0123456789ab").headers["Cache-Control"] == "no-cache"
    assert alice.sees("/static/css/base.css?v=").headers["Cache-Control"] == "no-cache"
    assert alice.sees("/static/nothing.css?v=1").headers["Cache-Control"] == "no-store"


def test_the_client_from_elsewhere_is_named_with_its_hash(alice):
    page = alice.reads("/")
    assert re.search(r'"integrity": ?\{"/static/vendor/socket\.io\.esm\.min\.js\?v=\w+": ?"sha384-', page)


def test_the_hash_of_the_client_is_the_one_noted_when_it_was_fetched(tmp_path):
    """Not the one of what stands there now: a file that was changed would vouch for itself."""
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "socket.io.esm.min.js").write_text("changed since")
    (vendor / "integrity.json").write_text('{"socket.io.esm.min.js": "sha384-noted"}')
    assert Assets(tmp_path).client_digest == "sha384-noted"


def test_what_an_address_takes_is_told_with_the_refusal(alice):
    answer = alice.client.delete("/rooms")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "This address does not take that." in answer.text


def test_a_file_that_is_opened_as_a_page_may_do_nothing(alice):
    headers = alice.sees("/static/favicon.svg").headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
