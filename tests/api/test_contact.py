"""Contact details: what is kept, in which form, and what is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contact import country_of, read_email, read_name, read_phone, read_ways, show_phone
from api.errors import BadInput


@pytest.mark.parametrize(
    "typed",
    ["520-555-0142", "(520) 555 0142", "5205550142", "+1 520.555.0142", "1 520 555 0142", " 520 555 0142 "],
)
def test_a_phone_number_is_kept_in_one_form_however_it_is_written(typed):
    assert read_phone(typed) == "+15205550142"


def test_a_number_from_abroad_needs_its_country_code():
    assert read_phone("+34 612 345 678") == "+34612345678"


@pytest.mark.parametrize("typed", ["911", "988", "555-0142", "123 456 7890", "12", "x", "++1", "5" * 60, "\x00"])
def test_what_cannot_be_called_is_refused(typed):
    with pytest.raises(BadInput) as refused:
        read_phone(typed)
    assert refused.value.extra == {"field": "phone"}


@pytest.mark.parametrize(("typed", "kept"), [(" Rosa@Example.ORG ", "Rosa@example.org"), ("a@ex.com", "a@ex.com")])
def test_a_mail_address_is_normalised(typed, kept):
    assert read_email(typed) == kept


@pytest.mark.parametrize("typed", ["x", "a@", "@b.org", "a@b", "a b@c.org", "a@b..org", "a@b.org\x00"])
def test_what_is_no_mail_address_is_refused(typed):
    with pytest.raises(BadInput) as refused:
        read_email(typed)
    assert refused.value.extra == {"field": "email"}


@pytest.mark.parametrize(
    ("typed", "kept"), [("  Rosa   Lane ", "Rosa Lane"), ("Zoë O’Neil-Ruiz", "Zoë O’Neil-Ruiz"), ("李", "李")]
)
def test_a_name_is_kept_on_one_line(typed, kept):
    assert read_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "  \n", "x" * 81, "Ro\x00sa", "Ro\u202esa", "Ro\u200bsa", "\ud800"])
def test_a_name_that_is_empty_too_long_or_unseen_is_refused(typed):
    with pytest.raises(BadInput) as refused:
        read_name(typed)
    assert refused.value.extra == {"field": "name"}


@pytest.mark.parametrize("ways", [(None, None), ("", " "), (" ", None)])
def test_one_way_to_reach_somebody_is_needed(ways):
    with pytest.raises(BadInput) as refused:
        read_ways(*ways)
    assert refused.value.extra == {"field": "contact"}


@pytest.mark.parametrize(
    ("ways", "kept"),
    [
        (("5205550142", ""), ("+15205550142", None)),
        ((None, "a@ex.com"), (None, "a@ex.com")),
        (("5205550142", "a@ex.com"), ("+15205550142", "a@ex.com")),
    ],
)
def test_one_way_is_enough_and_both_are_kept(ways, kept):
    assert read_ways(*ways) == kept


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("+15205550142", "(520) 555-0142"), ("+34612345678", "+34 612 34 56 78"), ("front door", "front door")],
)
def test_a_number_is_shown_as_people_write_it(kept, shown):
    assert show_phone(kept) == shown


@given(st.text(), st.sampled_from([read_name, read_phone, read_email]))
def test_any_text_is_either_read_or_refused(text, read):
    with contextlib.suppress(BadInput):
        assert read(text)


@pytest.mark.parametrize(
    ("number", "country"),
    [("+15205550142", "US"), ("520 555 0142", "US"), ("+525512345678", "MX"), ("+34612345678", "ES"), ("x", "US")],
)
def test_a_number_says_its_country(number, country):
    assert country_of(number) == country
