"""How a person can be reached: read strictly, kept in one form, refused with the name of the field."""

import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from api.errors import BadInput

LONGEST_NAME = 80
REGION = "US"


def read_ways(phone: str | None, email: str | None) -> tuple[str | None, str | None]:
    """Phone (E.164) and mail address, at least one. Raises BadInput, `field` = phone, email or contact."""
    ways = (
        read_phone(phone) if phone and phone.strip() else None,
        read_email(email) if email and email.strip() else None,
    )
    if ways == (None, None):
        raise BadInput("please give a phone number or an email, so that we can reach you", field="contact")
    return ways


def read_name(name: str) -> str:
    """A name of 1 to 80 characters on one line, without signs that cannot be seen."""
    line = " ".join(unicodedata.normalize("NFC", name).split())
    # C*: control, format (zero-width, right-to-left), surrogate, private and unassigned signs.
    if not line or len(line) > LONGEST_NAME or any(unicodedata.category(sign)[0] == "C" for sign in line):
        raise BadInput(f"please give a name of 1 to {LONGEST_NAME} letters", field="name")
    return line


def read_phone(phone: str) -> str:
    """A United States number, or one written with its +country code, as E.164."""
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise BadInput("this phone number does not work; please write all ten digits", field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of(phone: str) -> str:
    """The two-letter code of the country a number belongs to; ours when it does not say."""
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return REGION
    return phonenumbers.region_code_for_number(number) or REGION


def read_email(email: str) -> str:
    """A mail address in its normal form; its domain is not looked up."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadInput("this email address does not look right; please check it", field="email") from None


def show_phone(phone: str) -> str:
    """A number for reading: (520) 555-0142 at home, +34 612 34 56 78 from abroad; else unchanged."""
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return phone
    at_home = number.country_code == phonenumbers.country_code_for_region(REGION)
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL)
