"""The bot with fault points: before it calls the actions, after they answered, and after the state is saved."""

from rasa.core.actions.action import RemoteAction

from bot.channel import FrontdeskInput
from bot.tracker_store import SealedTrackerStore
from tests.faults.points import reach


class FaultyInput(FrontdeskInput):
    """The same channel; once it is made, the points are in place."""

    @classmethod
    def from_credentials(cls, credentials):
        made = super().from_credentials(credentials)
        call, save = RemoteAction.run, SealedTrackerStore.save

        async def run(self, output_channel, nlg, tracker, domain):
            await reach("bot.before_actions", tracker.sender_id)
            events = await call(self, output_channel, nlg, tracker, domain)
            await reach("bot.after_actions", tracker.sender_id)
            return events

        async def save_and_reach(self, tracker):
            await save(self, tracker)
            await reach("bot.after_saving", tracker.sender_id)

        RemoteAction.run, SealedTrackerStore.save = run, save_and_reach
        return made
