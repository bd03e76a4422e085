"""Where queued notices go: the bot's memory, a silent crisis, the timers of alerts; all else goes to staff."""

from api.chat.acting import IDLE_TOPIC
from api.chat.escalating import Escalating
from api.chat.service import Chat
from api.chat.visits import ERASE_TOPIC
from api.dependencies import in_thread
from api.gateways.notifier import Notifier
from api.outbox import Notice
from api.safety import alerts


class Notices:
    """Delivers one entry of the outbox; whatever it raises means "try again later"."""

    def __init__(self, chat: Chat, notifier: Notifier) -> None:
        self._chat, self._notifier = chat, notifier
        self._escalating = Escalating(chat.frontdesk, chat.gate, chat.visits.acting)

    async def deliver(self, notice: Notice) -> None:
        """Deliver one entry."""
        topic, payload = notice.topic, notice.payload
        if topic == ERASE_TOPIC:
            await self._chat.frontdesk.bot.erase(payload["session_id"])
        elif topic == IDLE_TOPIC:
            await in_thread(self._chat.visits.remind_after_crisis, payload["session_id"], payload["seq"])
        elif topic == alerts.TIMER:
            await in_thread(self._escalating.step, payload["alert_id"], payload["step"])
        elif topic == alerts.TOPIC:
            await self._tell_of_alert(notice)
        else:
            await self._notifier.deliver(notice)

    async def _tell_of_alert(self, notice: Notice) -> None:
        # Somebody may have answered since this notice was queued.
        if not await in_thread(self._waits, notice.payload["alert_id"]):
            return
        await self._notifier.deliver(notice)
        if self._notifier.tells_at_once:
            await in_thread(self._note_alerted, notice.payload["alert_id"])

    def _waits(self, alert_id: str) -> bool:
        with self._chat.frontdesk.database.reading() as db:
            return alerts.waits(db, alert_id)

    def _note_alerted(self, alert_id: str) -> None:
        now = self._chat.frontdesk.clock.now()
        with self._chat.frontdesk.database.writing() as db:
            alerts.note_alerted(db, alert_id, now)
