"""The words of the product as enums; `domain.yml` and `actions/care` use the same values (contract test)."""

from enum import StrEnum


class Tier(StrEnum):
    """Risk tiers, lowest first; clinical.md §4."""

    NONE = "none"
    WATCH = "watch"
    URGENT = "urgent"
    CRISIS = "crisis"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """Position in the order, 0 for none; tiers are compared by it."""
        return list(Tier).index(self)


class Author(StrEnum):
    """Who wrote a message of the transcript."""

    VISITOR = "visitor"
    BOT = "bot"
    STAFF = "staff"


class Kind(StrEnum):
    """What a message is; docs/protocols.md §1 names each payload."""

    TEXT = "text"
    NOTICE = "notice"
    CRISIS = "crisis"
    SUGGESTION = "suggestion"
    TIMES = "times"
    CONTACT = "contact"
    BOOKED = "booked"
    HANDOFF = "handoff"
    MARKER = "marker"


class Mode(StrEnum):
    """Who answers a chat: the bot, a staff member, or nobody any more."""

    BOT = "bot"
    STAFF = "staff"
    CLOSED = "closed"


class Route(StrEnum):
    """Care pathways; clinical.md §2."""

    THERAPY = "therapy"
    MEDICATION_MANAGEMENT = "medication_management"
    COMBINED = "combined"
    THERAPY_FIRST_MED_REVIEW = "therapy_first_med_review"
    STAFF_REVIEW = "staff_review"
    SAME_DAY_CALLBACK = "same_day_callback"
    CRISIS_NOW = "crisis_now"


class HandoffReason(StrEnum):
    """Why a person was fetched; architecture.md §3."""

    VISITOR_REQUEST = "visitor_request"
    SAFETY = "safety"
    NOT_UNDERSTOOD = "not_understood"
    OUT_OF_SCOPE = "out_of_scope"
    FORM_ABANDONED = "form_abandoned"
    BOT_UNAVAILABLE = "bot_unavailable"
    STAFF_REVIEW = "staff_review"


class HandoffStatus(StrEnum):
    """A handoff waits, is taken by a staff member, and ends."""

    REQUESTED = "requested"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"


class AppointmentStatus(StrEnum):
    """FHIR R4 AppointmentStatus, the codes this product uses."""

    PROPOSED = "proposed"
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


class Modality(StrEnum):
    """How a visit takes place."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class Role(StrEnum):
    """What a staff member may see and do; experience.md, console."""

    FRONT_DESK = "front_desk"
    CLINICIAN = "clinician"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Stage(StrEnum):
    """What a sign-in still needs: a code, an app to be set up, a password of one's own; `open` needs nothing."""

    CODE = "code"
    ENROL = "enrol"
    RENEW = "renew"
    OPEN = "open"
