"""What a staff member could press on a page: forms, buttons, links, found by their words, not their address."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.journeys.patterns import matches

POSTS = ("hx-post", "hx-put", "hx-delete")


@dataclass
class Form:
    """A form, or a lone HTMX button: where it goes, hidden fields, boxes to fill, the words on it."""

    action: str
    method: str = "post"
    fields: dict[str, str] = field(default_factory=dict)
    words: str = ""
    boxes: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """One page: forms, links, and the CSRF token wherever it stands (input, meta or hx-headers)."""

    def __init__(self, html: str, address: str = "") -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.csrf: dict[str, str] = {}
        self.text = ""
        self._form: Form | None = None
        self._button: Form | None = None
        self._link: list[str] | None = None
        self.feed(html)

    def form(self, words: str) -> Form | None:
        """The first form or button whose words match."""
        return next((form for form in self.forms if matches(words, form.words)), None)

    def link_to(self, part: str) -> str | None:
        """The first link whose address has this part."""
        return next((address for address, _ in self.links if part in address), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        self._keep_csrf(have)
        target = next((have[name] for name in POSTS if name in have), have.get("action", ""))
        if tag == "form":
            self._form = Form(target, have.get("method", "post" if target else "get").lower())
            self.forms.append(self._form)
        elif tag in ("input", "textarea") and self._form:
            self._keep_input(tag, have)
        elif tag == "button":
            self._start_button(have)
        elif tag == "a" and "href" in have:
            self._link = [have["href"], ""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "a" and self._link:
            self.links.append((self._link[0], self._link[1].strip()))
            self._link = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._button:
            self._button.words += data
        if self._link:
            self._link[1] += data

    def _start_button(self, have: dict[str, str]) -> None:
        target = next((have[name] for name in POSTS if name in have), have.get("formaction", ""))
        if target:
            self._button = Form(target)
            self.forms.append(self._button)
        else:
            self._button = self._form
        if self._button:
            self._button.words += " " + " ".join(have.get(name, "") for name in ("aria-label", "title", "value"))
            if self._form and have.get("name"):
                self._button.fields[have["name"]] = have.get("value", "")

    def _keep_input(self, tag: str, have: dict[str, str]) -> None:
        assert self._form
        if tag == "input" and have.get("type") == "submit":
            self._form.words += " " + have.get("value", "")
        elif have.get("type") in ("hidden", "checkbox", "radio"):
            self._form.fields.setdefault(have.get("name", ""), have.get("value", ""))
        elif have.get("name"):
            self._form.boxes.append(have["name"])

    def _keep_csrf(self, have: dict[str, str]) -> None:
        name = have.get("name", "")
        if "csrf" in name.lower():
            self.csrf[name] = have.get("content") or have.get("value", "")
        if "csrf" in have.get("hx-headers", "").lower():
            self.csrf.update(json.loads(have["hx-headers"]))
