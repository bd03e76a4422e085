"""Contact details: names, US phone numbers and e-mail addresses as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.contact import Contact, read_contact

PHONE = "+15205550123"


@pytest.mark.parametrize(
    ("text", "name", "phone", "email"),
    [
        ("Ana Ruiz 520-555-0123", "Ana Ruiz", PHONE, None),
        ("ana ruiz 520-555-0123", "Ana Ruiz", PHONE, None),
        ("ANA RUIZ, ana.ruiz+x@example.co.uk", "Ana Ruiz", None, "ana.ruiz+x@example.co.uk"),
        ("ana 520-555-0123", "Ana", PHONE, None),
        ("it's jordan lee, jlee@example.org", "Jordan Lee", None, "jlee@example.org"),
        ("this is jordan lee 5205550123", "Jordan Lee", PHONE, None),
        ("I'm Jordan Lee", "Jordan Lee", None, None),
        ("my name is Sam O'Neil and my number is (520) 555-0123", "Sam O'Neil", PHONE, None),
        ("my name is ana", "Ana", None, None),
        ("you can call me Ana", "Ana", None, None),
        ("call Dana McKay at 520.555.0123", "Dana McKay", PHONE, None),
        ("J. R. Smith 520-555-0123", "J. R. Smith", PHONE, None),
        ("Jean-Luc 5205550123", "Jean-Luc", PHONE, None),
        ("Dr. Ana Ruiz 520-555-0123", "Ana Ruiz", PHONE, None),
        ("Ana Ruiz", "Ana Ruiz", None, None),
        ("Name: Ana Ruiz\nPhone: 520-555-0123\nEmail: ANA@EXAMPLE.ORG.", "Ana Ruiz", PHONE, "ana@example.org"),
        ("Ana Ruiz, 520 555 0123, ana@example.org, text is fine", "Ana Ruiz", PHONE, "ana@example.org"),
        ("me llamo maría josé de la cruz", "María José de la Cruz", None, None),
        ("mi nombre es Juan Pablo Núñez, mi celular es 520 555 0123", "Juan Pablo Núñez", PHONE, None),
        ("soy luis, 5205550123", "Luis", PHONE, None),
        ("llámame al 520-555-0123, soy Carmen", "Carmen", PHONE, None),
    ],
)
def test_details_typed_together_are_told_apart(text: str, name: str, phone: str | None, email: str | None) -> None:
    assert read_contact(text) == Contact(name, phone, email)


@pytest.mark.parametrize(
    "text",
    [
        "5205550123",
        "520-555-0123",
        "(520) 555-0123",
        "(520)555-0123",
        "520.555.0123",
        "520 555 0123",
        "+1 520 555 0123",
        "1-520-555-0123",
    ]
    + [
        "+1 (520) 555-0123",
        "call me at 520-555-0123 please",
        "520-555-0123 is my cell",
        "tel: 520 - 555 - 0123",
        "520-555-0123 or (520) 555-0123",
    ],
)
def test_a_us_number_is_read_however_it_is_written(text: str) -> None:
    assert read_contact(text) == Contact(None, PHONE, None)


@pytest.mark.parametrize(
    "text",
    [
        "123-555-0123",
        "520-155-0123",
        "911-555-0123",
        "520-911-0123",
        "555-0123",
        "5205550123456",
        "4111 1111 1111 1111",
        "123-45-6789",
        "911",
        "988",
    ]
    + [
        "+52 662 555 0123",
        "85701",
        "2026-03-02",
        "520-555-0123 or 520-555-0145",
        "15205550123456",
        "$5205550123.00x520-55",
    ],
)
def test_what_is_no_one_us_number_is_left_alone(text: str) -> None:
    assert read_contact(text).phone is None


@pytest.mark.parametrize(
    "text",
    [
        "jlee@example.org",
        "JLEE@Example.org",
        "mail: jlee@example.org.",
        "<jlee@example.org>",
        "it is jlee@example.org!",
    ],
)
def test_an_address_is_read_in_lower_case(text: str) -> None:
    assert read_contact(text).email == "jlee@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "x@@y.com",
        "jordan at example dot org",
        "@example.org",
        "a@example.org b@example.org",
        "a..b@example.org",
    ],
)
def test_what_is_no_one_address_is_left_alone(text: str) -> None:
    assert read_contact(text).email is None


@pytest.mark.parametrize(
    "text",
    [
        "I'm so tired",
        "i'm jordan lee",
        "ana ruiz",
        "thank you",
        "Thank You",
        "Not Sure",
        "Tuesday Morning",
        "no",
        "yo soy de tucson",
        "my name is not important",
    ]
    + [
        "me llamo",
        "i feel sad 520-555-0123",
        "i'm depressed 520-555-0123",
        "this is my number 520-555-0123",
        "call me tomorrow at 520-555-0123",
        "call me maybe",
    ]
    + ["Smith, Ana 520-555-0123", "Next Week", "I'm Really Anxious", "'", "-"],
)
def test_words_that_may_be_no_name_are_not_taken_for_one(text: str) -> None:
    assert read_contact(text).name is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ana ruiz", "Ana Ruiz"),
        ("ana", "Ana"),
        ("i'm jordan lee", "Jordan Lee"),
        ("no thanks", None),
        ("not now", None),
    ],
)
def test_when_contact_was_asked_a_bare_name_counts(text: str, name: str | None) -> None:
    assert read_contact(text, asked=True).name == name


def test_the_result_is_a_plain_dictionary() -> None:
    assert read_contact("ana 520-555-0123").to_dict() == {"name": "Ana", "phone": PHONE, "email": None}


@settings(max_examples=400, deadline=None)
@given(text=st.text() | st.from_regex(r"[a-z .@+()0-9-]{0,60}"), asked=st.booleans())
def test_no_text_raises_and_numbers_have_their_form(text: str, asked: bool) -> None:
    contact = read_contact(text, asked)
    assert contact.phone is None or (contact.phone.startswith("+1") and len(contact.phone) == 12)
    assert contact.email is None or contact.email == contact.email.lower()
    assert contact.name is None or contact.name.strip() == contact.name != ""


@pytest.mark.parametrize("text", ["5" * 4000, "a@" * 2000, "a." * 2000, "(520) " * 700, "Ana " * 1000, "-" * 4000])
def test_long_hostile_text_is_read_at_once(text: str) -> None:
    assert isinstance(read_contact(text), Contact)
