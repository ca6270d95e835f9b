"""The first page, opening a room, a room's page, and the page where there is none."""

import time

import pytest

from rooms_chat import hub as hubs
from rooms_chat.app import prepare

HOSTILE = "<img src=x onerror=alert(1)>'\"&{{7*7}}"


def test_an_empty_server_says_what_to_do_next(alice):
    page = alice.reads("/")
    assert "no room is open yet" in page
    assert 'action="/rooms"' in page


def test_opening_a_room_goes_there(alice):
    answer = alice.opens("kitchen")
    assert answer.status_code == 303
    assert answer.location == "/r/kitchen"
    assert alice.sees("/r/kitchen").status_code == 200


def test_opening_a_room_that_is_open_goes_there_too(alice, bob):
    alice.opens("kitchen")
    assert bob.opens("Kitchen").location == "/r/kitchen"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("/kitchen", "kitchen"), ("blue box", "blue-box"), ("https://rooms.example/r/kitchen?before=3", "kitchen")],
)
def test_a_name_is_taken_as_people_type_it(alice, typed, name):
    assert alice.opens(typed).location == f"/r/{name}"


def test_a_name_that_cannot_be_one_is_refused_beside_the_field_and_kept_in_it(alice):
    answer = alice.opens("a.b")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert 'value="a.b"' in answer.text


def test_the_active_rooms_are_listed_with_their_last_word(alice, bob):
    alice.opens("kitchen")
    alice.says("kitchen", "soup?", user_name="Alice")
    page = bob.reads("/")
    assert 'data-name="kitchen"' in page
    assert "soup?" in page


def test_an_unlisted_room_shows_in_its_members_list_only(alice, bob):
    alice.opens("cellar", "unlisted")
    alice.says("cellar", "psst", user_name="Alice")
    assert 'data-name="cellar"' in alice.reads("/")
    assert "cellar" not in bob.reads("/")
    assert bob.sees("/r/cellar").status_code == 200


def test_a_visibility_that_is_not_offered_is_not_taken(alice, app):
    alice.opens("attic", "private")
    assert app.extensions["rooms"].rooms.find("attic").visibility == "listed"


def test_a_room_that_is_not_there_offers_to_open_it(alice):
    answer = alice.sees("/r/nowhere")
    assert answer.status_code == 404
    assert "There is no room here yet" in answer.text
    assert '<input type="hidden" name="name" value="nowhere">' in answer.text


def test_where_nobody_may_open_rooms_none_is_offered(make_app, visitor):
    carol = visitor(make_app(open_rooms="nobody").test_client())
    assert 'action="/rooms"' not in carol.reads("/") + carol.reads("/r/nowhere")
    assert carol.sees("/r/nowhere").status_code == 404


def test_where_rooms_are_opened_unlisted_nobody_gets_one_into_the_list(make_app, visitor):
    app = make_app(open_rooms="unlisted")
    carol, dave = visitor(app.test_client()), visitor(app.test_client())
    assert 'name="visibility"' not in carol.reads("/")
    carol.opens("cellar", visibility="listed")
    assert "cellar" not in dave.reads("/")


@pytest.mark.parametrize("path", ["/r/KITCHEN", "/r/\uff4bitchen", "/r/Kitchen?before=7", "/r/KITCHEN/3"])
def test_another_spelling_is_sent_on_to_the_rooms_own(alice, path):
    alice.opens("kitchen")
    answer = alice.sees(path)
    assert answer.status_code == 308
    assert answer.location == "/r/kitchen" + path[len("/r/kitchen") :]


@pytest.mark.parametrize("path", ["/r/{}", "/r/{}/3", "/r/{}.json"])
@pytest.mark.parametrize(
    ("query", "sent_on"),
    [
        ("_scheme=javascript&_external=1&_anchor=x", "_scheme=javascript&_external=1&_anchor=x"),
        ("seq=x&_method=POST&endpoint=x&name=attic", "seq=x&_method=POST&endpoint=x&name=attic"),
        ("a=1&a=%2F2", "a=1&a=%2F2"),
        ("a=\xff", "a=%FF"),
    ],
)
def test_whatever_is_asked_behind_another_spelling_changes_nothing_of_the_way(alice, path, query, sent_on):
    alice.opens("kitchen")
    answer = alice.sees(path.format("Kitchen"), environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == 308
    assert answer.location == f"{path.format('kitchen')}?{sent_on}"


def test_a_name_of_any_script_is_an_address(alice):
    alice.opens("개발")
    assert "/</span>개발</h1>" in alice.reads("/r/개발")


def test_a_name_that_cannot_be_one_has_a_page_that_says_so(alice):
    answer = alice.sees("/r/<script>alert(1)<")
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


def test_the_field_of_the_sidebar_leads_to_a_room(alice):
    assert alice.sees("/r?name=/kitchen").location == "/r/kitchen"
    assert alice.sees("/r?name=").location == "/"


def test_the_qr_code_and_the_link_carry_the_public_address(make_app, visitor):
    carol = visitor(make_app(public_url="https://rooms.example").test_client())
    carol.opens("kitchen")
    assert 'data-url="https://rooms.example/r/kitchen"' in carol.reads("/r/kitchen")
    assert carol.sees("/r/kitchen/qr.svg").mimetype == "image/svg+xml"
    assert carol.sees("/r/nowhere/qr.svg").status_code == 404


def test_over_https_cookies_insist_on_it(make_app, visitor):
    carol = visitor(make_app(public_url="https://rooms.example").test_client())
    cookies = carol.sees("/").headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_nothing_a_visitor_writes_becomes_markup(alice, bob):
    alice.opens("kitchen")
    alice.says("kitchen", HOSTILE, user_name="<b>Al</b>'\"")
    for path in ("/", "/r/kitchen", "/r/kitchen?before=99"):
        page = bob.reads(path)
        assert "<img src=x" not in page
        assert "<b>Al</b>" not in page
        assert "49" not in page.partition("onerror")[2][:40]


def test_topic_pins_reactions_and_replies_show_without_a_script(alice, app):
    alice.opens("kitchen")
    alice.says("kitchen", "soup?", user_name="Alice")
    chat = app.extensions["rooms"]
    author = chat.people.by_id(chat.messages.last_page(chat.rooms.find("kitchen"))[0].person)
    room = chat.rooms.find("kitchen")
    for doing in (
        chat.facts.set_topic(author, room, "Soup of the day", "here"),
        chat.facts.pin(author, room, 1, True, "here"),
        chat.reactions.react(author, room, 1, "🍲", True, address="here", joined=True),
        chat.messages.post(
            author, room, chat.messages.draft(author, "kitchen", "yes!", None, address="here", reply_to=1), joined=True
        ),
    ):
        chat.hub.wait(doing)
    page = alice.reads("/r/kitchen")
    assert "Soup of the day" in page
    assert "🍲" in page
    assert page.count('href="/r/kitchen/1"') >= 3  # its time, its pin, its quote
    assert "without-script" in page
    told = alice.sees("/r/kitchen.json").json
    assert (told["room"]["topic"], [pin["message"] for pin in told["room"]["pins"]]) == ("Soup of the day", ["soup?"])
    said, reply = told["messages"]
    assert [reaction["emoji"] for reaction in said["reactions"]] == ["🍲"]
    assert (reply["reply_to"], reply["reply"]["message"]) == (1, "soup?")


def test_nobody_is_led_to_what_was_said_before_the_first_word(alice, app):
    """A room's log may begin with its topic. The page before that would say that nobody had spoken yet."""
    alice.opens("kitchen")
    chat = app.extensions["rooms"]
    room = chat.rooms.find("kitchen")
    chat.hub.wait(chat.facts.set_topic(chat.people.by_id(room.opened_by), room, "Soup of the day", "here"))
    alice.says("kitchen", "soup?", user_name="Alice")
    assert 'data-older href="" hidden' in alice.reads("/r/kitchen")


def test_nothing_is_said_in_an_archived_room(alice, app):
    alice.opens("kitchen")
    alice.says("kitchen", "soup?", user_name="Alice")
    chat = app.extensions["rooms"]
    room = chat.rooms.find("kitchen")
    chat.hub.wait(chat.facts.archive(chat.people.by_id(room.opened_by), room, True, "here"))
    answer = alice.says("kitchen", "one more")
    assert answer.status_code == 409
    assert "one more" in answer.text  # what was typed is still there
    assert "/r/kitchen" not in alice.reads("/")


@pytest.mark.quiet
def test_a_page_costs_little_more_whatever_its_reader_says_of_itself(alice):
    """A page asks for its reader's language and zone hundreds of times."""
    long_list, no_zone = ",".join("a" * 4000), "rooms_zone=No/Such"
    alice.opens("Design")
    for number in range(50):
        alice.says("Design", f"line {number}", user_name="Alice")

    def seconds(**headers: str) -> float:
        began = time.perf_counter()
        alice.sees("/r/Design", headers=headers)
        return time.perf_counter() - began

    plain = min(seconds() for _ in range(3))
    assert min(seconds(**{"Accept-Language": long_list, "Cookie": no_zone}) for _ in range(3)) < 10 * plain


@pytest.mark.parametrize("path", ["/", "/r/kitchen", "/r/nowhere"])
def test_while_a_page_is_made_everybody_else_has_a_turn(alice, app, path):
    """One of fifty messages, for a member of fifty rooms, would hold them for longer than they may be held."""
    alice.opens("kitchen")
    turns = []
    app.extensions["rooms"].hub.call_soon(lambda: turns.append("bob"))
    alice.sees(path)
    assert turns == ["bob"]


def test_while_many_rooms_are_read_for_a_page_everybody_else_has_turns(alice, app, monkeypatch):
    """Of a member of fifty rooms, each at another place of a disk that has to turn first."""
    monkeypatch.setattr(hubs, "TURN_SECONDS", 0)
    for name in ("kitchen", "garden", "attic"):
        alice.opens(name)
        alice.says(name, "soup?", user_name="Alice")
    hub, turns = app.extensions["rooms"].hub, []

    def take_turns():
        turns.append("bob")
        hub.call_soon(take_turns) if len(turns) < 99 else None

    hub.call_soon(take_turns)
    alice.sees("/")
    assert len(turns) >= 4


def test_a_server_compiles_its_pages_before_anybody_asks(app):
    prepare(app)
    assert len(app.jinja_env.cache) == len(app.jinja_env.list_templates())
