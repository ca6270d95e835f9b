import pytest

from rooms_chat.config import SETTINGS, read_settings
from rooms_chat.errors import BadSetting


def test_the_command_line_goes_before_the_environment_and_that_before_the_default():
    settings = read_settings({"port": "8000"}, {"ROOMS_PORT": "9000", "ROOMS_HOST": "0.0.0.0"})
    assert (settings.port, settings.host, settings.open_rooms) == (8000, "0.0.0.0", "listed")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "abc"), ("port", "65536"), ("port", "-1"), ("port", "٣"), ("host", ""), ("data", ""),
        ("database", "mysql://x/y"), ("database", "postgresql://"), ("database", "sqlite:///"), ("database", "sqlite:///:memory:"),
        ("database", "sqlite:///a.db?mode=ro"), ("public-url", "rooms.example"), ("public-url", "https://x.example/path"),
        ("allow-origin", "https://a.example, nonsense"), ("open-rooms", "maybe"), ("rooms-per-hour", "many"),
        ("message-rate", "nan"), ("message-rate", "-1"), ("public-url", "http://x.example:99999"),
        ("public-url", "http://exa mple"), ("public-url", "http://u:p@a"), ("public-url", "http://a/#f"),
        ("message-rate", "1e-320"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_by_name_and_says_what_to_write(name, text):
    setting = next(setting for setting in SETTINGS if setting.name == name)
    with pytest.raises(BadSetting, match=f"^{setting.variable}: .*Write "):
        read_settings({}, {setting.variable: text})


def test_an_origin_is_kept_as_a_browser_sends_it():
    settings = read_settings({"public_url": "HTTPS://Rooms.Example:443/", "allow_origin": "http://a.example:80"}, {})
    assert (settings.public_url, settings.allow_origin) == ("https://rooms.example", ("http://a.example",))
    assert read_settings({"public_url": "https://방.kr"}, {}).public_url == "https://" + "방.kr".encode("idna").decode()
    assert read_settings({"public_url": "http://[::1]:5000"}, {}).public_url == "http://[::1]:5000"
