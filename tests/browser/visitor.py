"""What a visitor does at the chat page, and what stands there."""

import re

from playwright.sync_api import expect

from api.transcript.models import Message
from api.vocabulary import Author


class VisitorPage:
    """One browser page with the chat in it."""

    def __init__(self, page, house):
        self.page, self.house = page, house

    def arrive(self, path="/chat"):
        self.page.goto(path)
        expect(self.offer("I agree, start the chat")).to_be_visible()

    def agree(self):
        self.offer("I agree, start the chat").click()
        expect(self.bot.last).to_contain_text("What brings you here")

    def say(self, text):
        self.box.fill(text)
        self.page.get_by_role("button", name="Send").click()

    def offer(self, label):
        return self.page.locator("#offers button", has_text=label)

    @property
    def box(self):
        return self.page.get_by_role("textbox", name="Type a message")

    @property
    def own(self):
        return self.page.locator(".message.visitor .says")

    @property
    def bot(self):
        return self.page.locator(".message.bot .says")

    @property
    def banner(self):
        return self.page.locator("#banner")

    def hears(self, text):
        expect(self.bot.filter(has_text=re.compile(text)).last).to_be_visible()

    def lines(self):
        """Everything in the conversation, in the order it stands there."""
        return self.page.locator(".message .says").all_inner_texts()

    def stored(self):
        """What the server holds of visitors, oldest first."""
        return [row.text for row in self.house.rows(Message) if row.author == Author.VISITOR]

    def kept(self):
        """What this browser keeps."""
        return self.page.evaluate("JSON.parse(localStorage.getItem('chat') || '{}')")
