"""The action server with an action that raises, and says why in the visitor's own words, as libraries do."""

from actions import server
from actions.form import ValidateIntakeForm

TRIGGER = "canaryaction"


class Failing(ValidateIntakeForm):
    """Fails on one word."""

    async def run(self, dispatcher, tracker, domain):
        text = tracker.latest_message.get("text") or ""
        if TRIGGER in text:
            server.log.getChild("library").warning("about to fail")
            raise ValueError(f"cannot read {text!r}")
        return await super().run(dispatcher, tracker, domain)


if __name__ == "__main__":
    server.ValidateIntakeForm = Failing
    server.main()
