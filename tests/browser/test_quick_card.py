"""The card for name and number: what it asks, what it refuses, and that nothing is booked twice or lost."""

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.fakes import says

SLOTS = [
    {"slot_id": "s1", "label": "Tue 3 Mar, 5:00 pm, video, with Joel Márquez"},
    {"slot_id": "s2", "label": "Wed 4 Mar, 4:00 pm, video, with Joel Márquez"},
]


@pytest.fixture
def card(talking, quick):
    """A time is kept and the card stands there; `sent` holds what it posts, `answers` what it gets."""
    return _card(talking, quick, hold_id="h1")


def _card(talking, quick, **hold):
    payload = {"expires_at": (quick.clock.instant + timedelta(minutes=10)).isoformat(), "slot": {}, **hold}
    quick.bot.answer = lambda turn: says("How can we reach you?", kind="contact", payload=payload)
    talking.say("that one")
    expect(talking.page.locator("form.card")).to_be_visible()
    return Card(talking)


class Card:
    def __init__(self, talking):
        self.talking, self.page = talking, talking.page
        self.form = self.page.locator("form.card")
        self.sent, self.answers = [], []
        self.page.route("**/api/appointments", self._answer)

    def _answer(self, route):
        self.sent.append(json.loads(route.request.post_data))
        answer = self.answers.pop(0) if self.answers else (200, {"appointments": []})
        if answer is None:
            route.abort()
        else:
            route.fulfill(status=answer[0], body=json.dumps(answer[1]))

    def fill(self, **fields):
        for label, text in fields.items():
            self.form.get_by_label(label.capitalize()).fill(text)

    def book(self):
        self.form.get_by_role("button", name="Book").click()

    def complains(self, text):
        expect(self.form.get_by_role("alert")).to_contain_text(text)


def test_it_asks_for_a_name_and_one_way_to_be_reached(card):
    card.book()
    card.complains("enter a name")
    expect(card.form.get_by_label("Name")).to_be_focused()
    card.fill(name="Robin Vale")
    card.book()
    card.complains("phone number or an e-mail")
    assert card.sent == []
    card.fill(phone="520-555-0166")
    card.book()
    assert card.sent == [
        {
            "hold_id": "h1",
            "name": "Robin Vale",
            "phone": "520-555-0166",
            "email": None,
            "leave_message": False,
            "text_consent": False,
        }
    ]


def test_text_messages_and_voicemail_are_never_agreed_to_beforehand(card):
    for label in ("safe to leave a message", "You may text me"):
        expect(card.form.get_by_label(label)).not_to_be_checked()


def test_a_browser_is_asked_to_remember_nothing(card):
    assert [field.get_attribute("autocomplete") for field in card.form.locator("input").all()] == ["off"] * 5


def test_it_says_how_long_the_time_is_kept_by_the_servers_clock(card):
    expect(card.form).to_contain_text("We keep this time for you for 10 minutes.")


@pytest.mark.parametrize(
    ("field", "label", "says_what"),
    [("phone", "Phone", "all ten digits"), ("email", "E-mail", "does not look right"), ("name", "Name", "name")],
)
def test_what_the_server_refuses_is_said_at_its_field(card, field, label, says_what):
    card.answers.append((400, {"error": "BadInput", "detail": "no", "field": field}))
    card.fill(name="Robin", phone="12")
    card.book()
    card.complains(says_what)
    expect(card.form.get_by_label(label)).to_be_focused()
    expect(card.form.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    expect(card.form.get_by_label("Name")).to_have_value("Robin")


def test_pressing_twice_books_once(card):
    card.fill(name="Robin", phone="5205550166")
    card.form.get_by_role("button", name="Book").evaluate("one => { one.click(); one.click(); }")
    card.page.wait_for_timeout(100)
    assert len(card.sent) == 1


def test_without_a_line_it_says_that_pressing_again_is_safe(card):
    card.answers.append(None)
    card.fill(name="Robin", phone="5205550166")
    card.book()
    card.complains("nothing is booked twice")
    expect(card.form.get_by_label("Name")).to_have_value("Robin")


def test_a_time_that_is_gone_offers_the_nearest_and_keeps_the_details(card):
    card.answers.append((409, {"error": "SlotTaken", "detail": "gone", "slots": SLOTS}))
    card.fill(name="Robin", phone="5205550166")
    card.book()
    card.complains("That time is gone")
    card.form.get_by_role("button", name="Wed 4 Mar").click()
    assert card.sent[1]["slot_id"] == "s2"
    assert card.sent[1]["name"] == "Robin"
    assert "hold_id" not in card.sent[1]


def test_two_visits_are_booked_together(talking, quick):
    card = _card(talking, quick, hold_id="h1", hold_ids=["h1", "h2"])
    expect(card.form.get_by_role("button", name="Book these visits")).to_be_visible()
    card.fill(name="Robin", phone="5205550166")
    card.book()
    assert card.sent[0]["hold_ids"] == ["h1", "h2"]
    assert "hold_id" not in card.sent[0]


def test_other_times_can_be_asked_for(card):
    card.answers.append((409, {"error": "SlotTaken", "detail": "gone", "slots": []}))
    card.fill(name="Robin", phone="5205550166")
    card.book()
    card.form.get_by_role("button", name="Other times").click()
    expect(card.talking.own.last).to_have_text("Other times")
    expect(card.form).to_have_count(1)


def test_only_the_newest_card_can_be_used_and_typed_details_move_into_it(card, quick):
    card.fill(name="Robin Vale")
    card.talking.say("that one please")
    expect(card.talking.bot.filter(has_text="How can we reach you?")).to_have_count(2)
    expect(card.form).to_have_count(1)
    expect(card.form.get_by_label("Name")).to_have_value("Robin Vale")


def test_after_booking_no_card_is_left_not_even_after_a_reload(card, quick):
    visit = {"id": "a1", "manage_url": f"{quick.base_url}/a/x", "label": "Tue 3 Mar"}
    quick.bot.answer = lambda turn: says("Booked.", kind="booked", payload={"appointments": [visit]})
    card.talking.say("robin vale 520 555 0166")
    link = card.page.get_by_role("link", name="See or cancel this visit: Tue 3 Mar")
    expect(link).to_have_attribute("href", f"{quick.base_url}/a/x")
    expect(card.form).to_have_count(0)
    card.page.reload()
    expect(link).to_be_visible()
    expect(card.form).to_have_count(0)
