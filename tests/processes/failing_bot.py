"""The bot with a store that fails on one word, and says which in the visitor's own words."""

import logging

from bot.channel import FrontdeskInput
from bot.tracker_store import SealedTrackerStore

TRIGGER = "canarybot"


class FailingInput(FrontdeskInput):
    """The same channel; once it is made, saving can fail."""

    @classmethod
    def from_credentials(cls, credentials):
        made = super().from_credentials(credentials)
        save = SealedTrackerStore.save

        async def fail_on_one_word(self, tracker):
            text = (tracker.latest_message and tracker.latest_message.text) or ""
            if TRIGGER in text:
                logging.getLogger("rasa.core.tracker_store").error("cannot save %r", text)
                raise RuntimeError(f"cannot save {text!r}")
            await save(self, tracker)

        SealedTrackerStore.save = fail_on_one_word
        return made
