"""Reading a staff page as a person would: what can be pressed, where it goes, what must be sent along."""

from tests.journeys.pages import Page


def test_a_form_has_its_address_hidden_fields_boxes_and_words():
    page = Page(
        '<form method="post" action="/a"><input type="hidden" name="csrf_token" value="c"><textarea name="text">'
        '</textarea><input name="note"><button name="do" value="send"> Send <b>it</b></button></form>'
    )
    form = page.form("send it")
    assert (form.action, form.method) == ("/a", "post")
    assert form.fields == {"csrf_token": "c", "do": "send"}
    assert form.boxes == ["text", "note"]
    assert page.csrf == {"csrf_token": "c"}


def test_a_form_may_be_named_by_a_submit_input():
    assert (
        Page('<form action="/a"><input type="submit" value="Take over"></form>').form("take over").action == "/a"
    )


def test_a_lone_htmx_button_is_a_form_and_its_token_may_be_a_header():
    page = Page(
        '<body hx-headers=\'{"X-CSRF-Token": "c"}\'><button hx-post="/b" aria-label="Take over">+</button>'
    )
    assert page.form("take over").action == "/b"
    assert page.csrf == {"X-CSRF-Token": "c"}


def test_a_button_without_a_place_to_go_is_nothing_to_press():
    assert Page("<button>Menu</button>").form("menu") is None


def test_a_link_is_found_by_its_address():
    page = Page('<a href="/staff/chats/s1">asked for a person</a><a name="x">no link</a>')
    assert page.link_to("s1") == "/staff/chats/s1"
    assert page.link_to("s2") is None
    assert "asked for a person" in page.text
