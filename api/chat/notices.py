"""Where queued notices go: the bot's memory is erased, a silent crisis gets its line, all else goes to staff."""

from typing import Any

from api.chat.acting import IDLE_TOPIC
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

    async def deliver(self, notice: Notice) -> None:
        """Deliver one entry."""
        topic, payload = notice.topic, notice.payload
        if topic == ERASE_TOPIC:
            await self._chat.frontdesk.bot.erase(payload["session_id"])
        elif topic == IDLE_TOPIC:
            await in_thread(self._chat.visits.remind_after_crisis, payload["session_id"], payload["seq"])
        elif topic == alerts.TOPIC:
            await self._tell_of_alert(notice)
        else:
            await self._notifier.deliver(notice)

    async def _tell_of_alert(self, notice: Notice) -> None:
        payload = notice.payload
        # Somebody may have answered since this reminder was queued.
        if await in_thread(self._is_acknowledged, payload["alert_id"]):
            return
        await self._notifier.deliver(notice)
        await in_thread(self._again, payload)

    def _is_acknowledged(self, alert_id: str) -> bool:
        with self._chat.frontdesk.database.reading() as db:
            return alerts.find(db, alert_id).acknowledged_at is not None

    def _again(self, payload: dict[str, Any]) -> None:
        now = self._chat.frontdesk.clock.now()
        with self._chat.frontdesk.database.writing() as db:
            alerts.notify_again(db, payload["alert_id"], payload["repeat"], now)
