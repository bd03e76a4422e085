"""A staff member at the console: sign in, find the chat in the inbox, take over, reply, hand back, close.

The seam to the console is PAGES and WORDS: two addresses and the words on the buttons. Everything else (where a
form goes, its CSRF token) is read off the pages, as a person would.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlparse

import httpx

from tests.journeys.pages import Form, Page
from tests.journeys.patterns import matches
from tests.journeys.visitor import JourneyFailed

PAGES = {"sign_in": "/staff/sign-in", "inbox": "/staff/"}
WORDS = {
    "take_over": "take over",
    "reply": "send",
    "hand_back": "hand back",
    "close": "close",
}


class Desk:
    """One signed-in staff member."""

    def __init__(self, http: httpx.Client, email: str, password: str) -> None:
        self.http, self._email, self._password = http, email, password
        self._signed_in = False

    def take_over(self, session_id: str) -> None:
        """Answer instead of the bot from now on."""
        self._press(session_id, "take_over")

    def reply(self, session_id: str, text: str) -> None:
        """Write to the visitor."""
        self._press(session_id, "reply", text)

    def hand_back(self, session_id: str) -> None:
        """Let the bot go on."""
        self._press(session_id, "hand_back")

    def close(self, session_id: str) -> None:
        """End the conversation."""
        self._press(session_id, "close")

    def sees(self, session_id: str, pattern: str) -> None:
        """The conversation page must show this."""
        if not matches(pattern, self._conversation(session_id).text):
            raise JourneyFailed(f"the conversation page does not show {pattern!r}")

    def _press(self, session_id: str, what: str, text: str | None = None) -> None:
        page = self._conversation(session_id)
        form = self._find(page, what, wants_box=text is not None)
        fields = {**form.fields}
        if text is not None:
            fields[form.boxes[0]] = text
        self._submit(form, fields, page)

    def _find(self, page: Page, what: str, wants_box: bool) -> Form:
        for form in page.forms:
            if matches(WORDS[what], form.words) and (form.boxes or not wants_box):
                return form
        shown = ", ".join(repr(form.words.strip()) for form in page.forms) or "none"
        raise JourneyFailed(f"no button to {what.replace('_', ' ')} on the conversation page; buttons: {shown}")

    def _conversation(self, session_id: str) -> Page:
        self._sign_in()
        inbox = self._get(PAGES["inbox"])
        address = inbox.link_to(session_id)
        if address is None:
            raise JourneyFailed("the chat is not in the inbox")
        return self._get(address)

    def _sign_in(self) -> None:
        if self._signed_in:
            return
        page = self._get(PAGES["sign_in"])
        form = next((one for one in page.forms if "password" in one.boxes), None)
        if form is None:
            raise JourneyFailed(f"{PAGES['sign_in']} has no form that asks for a password")
        self._submit(form, {**form.fields, "email": self._email, "password": self._password}, page)
        if not self.http.cookies:
            raise JourneyFailed("signing in gave no cookie")
        self._signed_in = True

    def _get(self, path: str) -> Page:
        response = self._call("GET", path)
        return Page(response.text, str(response.url))

    def _submit(self, form: Form, fields: dict[str, Any], page: Page) -> None:
        headers = {name: value for name, value in page.csrf.items() if name.lower().startswith("x-")}
        hidden = {name: value for name, value in page.csrf.items() if name not in headers}
        answer = self._call("POST", urljoin(page.address, form.action), {**hidden, **fields}, headers)
        if "problem" in answer.url.params:
            raise JourneyFailed(f"the console says: {answer.url.params['problem']}")

    def _call(
        self, method: str, path: str, fields: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        address = urljoin(str(self.http.base_url), path)
        origin = "{0.scheme}://{0.netloc}".format(urlparse(address))
        try:
            response = self.http.request(
                method, address, data=fields, headers={"Origin": origin, **(headers or {})}, follow_redirects=True
            )
        except httpx.HTTPError as error:
            raise JourneyFailed(
                f"staff: {method} {urlparse(address).path}: {type(error).__name__}: {error}"
            ) from None
        if response.is_error:
            raise JourneyFailed(
                f"staff: {method} {urlparse(address).path} answered {response.status_code}: {response.text[:200]}"
            )
        return response
