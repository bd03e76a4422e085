"""A small practice behind `/internal`: the shapes of docs/protocols.md §3; what it did can be looked at."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ZONE = "America/Phoenix"
TOKEN = "service-token-of-the-tests"
# Monday 2 March 2026, 10:00 in Tucson.
NOW = "2026-03-02T17:00:00Z"
FIELDS = {
    "en": {
        "states_text": "Arizona",
        "fees": "A first visit is $180",
        "ages_text": "children from 6, teens and adults",
    },
    "es": {
        "states_text": "Arizona",
        "fees": "La primera visita cuesta $180",
        "ages_text": "niños desde los 6 años y adultos",
    },
}
PEOPLE = {
    "therapy": {"id": "joel", "name": "Joel Márquez", "credentials": "LCSW"},
    "medication_management": {"id": "mara", "name": "Mara Ellison", "credentials": "PMHNP"},
}


def slot(service: str, local: str, number: int = 0) -> dict[str, Any]:
    """A Slot of docs/protocols.md §1 at a local wall clock, "2026-03-03T16:30"."""
    start = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(ZONE))
    person = PEOPLE[service]
    return {
        "slot_id": f"{service}-{local}-{number}",
        "start": start.astimezone(timezone.utc).isoformat(),
        "end": (start + timedelta(minutes=60)).astimezone(timezone.utc).isoformat(),
        "service": service,
        "practitioner": person,
        "modality": "video",
        "label": f"{start:%a} {start.day} {start:%b}, {start.hour % 12 or 12}:{start:%M} "
        f"{'am' if start.hour < 12 else 'pm'}, video, with {person['name']}",
    }


class FakePractice:
    """Calendar, inbox and calls. Set `down`, `turn_closed`, `taken` or `open_now` to change its mood."""

    def __init__(self) -> None:
        self.open_now = True
        self.down = False
        self.turn_closed = False
        self.forgets_ids = False
        self.visits_to_show = 0
        self.mails_links = False
        self.taken: set[str] = set()
        self.states = ["AZ"]
        self.ages = ["child_6_12", "teen_13_17", "adult_18_64", "older_65plus"]
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.held: dict[str, dict[str, Any]] = {}
        self.appointments: list[dict[str, Any]] = []
        self.handoffs: list[dict[str, Any]] = []
        clocks = [
            "2026-03-03T10:00",
            "2026-03-03T16:30",
            "2026-03-03T17:00",
            "2026-03-04T10:00",
            "2026-03-05T09:00",
        ]
        self.slots = [slot(service, clock) for service in PEOPLE for clock in clocks]

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The bodies of all calls to one path."""
        return [body for called, body in self.calls if called == path]

    def app(self) -> Starlette:
        """The HTTP side."""
        routes = [Route("/internal/practice", self._practice)]
        for name in ("availability", "holds", "appointments", "visits", "handoffs"):
            routes.append(Route(f"/internal/{name}", self._post, methods=["POST"]))
        return Starlette(routes=routes)

    async def _practice(self, request: Request) -> JSONResponse:
        self.calls.append(("practice", dict(request.query_params)))
        if self.down:
            return JSONResponse({"error": "FrontdeskError", "detail": ""}, 503)
        services = [{"id": service, "route": service, "minutes": 60} for service in PEOPLE]
        return JSONResponse(
            {
                "name": "Saguaro",
                "phone": "+15205550142",
                "tz": ZONE,
                "states": self.states,
                "services": services,
                "fields": FIELDS,
                "ages": self.ages,
            }
        )

    async def _post(self, request: Request) -> JSONResponse:
        if request.headers.get("X-Frontdesk-Token") != TOKEN:
            return JSONResponse({"error": "SignInRequired", "detail": ""}, 401)
        name, body = request.url.path.rsplit("/", 1)[1], await request.json()
        self.calls.append((name, body))
        if self.down:
            return JSONResponse({"error": "FrontdeskError", "detail": ""}, 503)
        if self.turn_closed:
            return JSONResponse({"error": "TurnClosed", "detail": ""}, 409)
        return getattr(self, f"_{name}")(body)

    def _availability(self, body: dict[str, Any]) -> JSONResponse:
        free = [item for item in self._free() if item["service"] == body["service"]]
        wanted = [item for item in free if not body["windows"] or any(_within(item, w) for w in body["windows"])]
        return JSONResponse({"slots": (wanted or free)[: body["limit"]], "exact": bool(wanted)})

    def _free(self) -> list[dict[str, Any]]:
        return [item for item in self.slots if item["slot_id"] not in self.taken]

    def _free_like(self, slot_id: str) -> list[dict[str, Any]]:
        return [item for item in self._free() if slot_id.startswith(item["service"])][:3]

    def _holds(self, body: dict[str, Any]) -> JSONResponse:
        found = next((item for item in self._free() if item["slot_id"] == body["slot_id"]), None)
        if found is None:
            return JSONResponse(
                {"error": "SlotTaken", "detail": "", "slots": self._free_like(body["slot_id"])}, 409
            )
        hold_id = f"hold-{len(self.held) + 1}"
        self.held[hold_id] = found
        return JSONResponse({"hold_id": hold_id, "expires_at": "2026-03-02T17:10:00Z", "slot": found})

    def _appointments(self, body: dict[str, Any]) -> JSONResponse:
        wanted = [self.held[hold_id] for hold_id in body["hold_ids"]]
        if any(item["slot_id"] in self.taken for item in wanted):
            return JSONResponse({"error": "SlotTaken", "detail": "", "slots": self._near(wanted[0])}, 409)
        if self.forgets_ids:
            return JSONResponse({"appointments": [{**item, "id": None} for item in wanted]})
        made = [self._book(item, body["contact"]) for item in wanted]
        return JSONResponse({"appointments": made})

    def _book(self, item: dict[str, Any], contact: dict[str, Any]) -> dict[str, Any]:
        self.taken.add(item["slot_id"])
        made = {**item, "id": f"appointment-{len(self.appointments) + 1}", "manage_url": "/a/signed"}
        self.appointments.append({**made, "contact": contact})
        return made

    def _visits(self, body: dict[str, Any]) -> JSONResponse:
        if self.mails_links and body.get("email"):
            return JSONResponse({"shown": 0, "mailed": True})
        return JSONResponse({"shown": self.visits_to_show, "mailed": False})

    def _near(self, item: dict[str, Any]) -> list[dict[str, Any]]:
        return [other for other in self._free() if other["service"] == item["service"]][:3]

    def _handoffs(self, body: dict[str, Any]) -> JSONResponse:
        self.handoffs.append(body)
        opens_at = None if self.open_now else "2026-03-03T15:00:00Z"
        return JSONResponse(
            {"handoff_id": "handoff-1", "open_now": self.open_now, "opens_at": opens_at, "minutes": 10}
        )


def _within(item: dict[str, Any], window: dict[str, str]) -> bool:
    start = datetime.fromisoformat(item["start"]).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    begin, end = (datetime.fromisoformat(window[edge]) for edge in ("start", "end"))
    return begin <= start < end
