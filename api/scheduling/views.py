"""From rows and slots to the shapes that leave the api."""

from api.practice import Profile
from api.scheduling.labels import label
from api.scheduling.models import Appointment, Hold
from api.scheduling.office import Office
from api.scheduling.schemas import AppointmentOut, HoldOut, PractitionerOut, SlotOut
from api.scheduling.slots import Slot, find_slot
from api.vocabulary import Modality


def slot_out(profile: Profile, slot: Slot, language: str) -> SlotOut:
    """A bookable time with its label."""
    return SlotOut(
        slot_id=slot.id,
        start=slot.start,
        end=slot.end,
        service=slot.service.id,
        practitioner=_practitioner(profile, slot.practitioner.id),
        modality=slot.modality,
        label=label(profile, slot.practitioner.id, slot.modality, slot.start, language),
    )


def hold_out(profile: Profile, hold: Hold, language: str) -> HoldOut:
    """A held time."""
    slot = find_slot(profile, hold.practitioner_id, hold.service, hold.modality, hold.start_at)
    return HoldOut(hold_id=hold.id, expires_at=hold.expires_at, slot=slot_out(profile, slot, language))


def appointment_out(office: Office, appointment: Appointment) -> AppointmentOut:
    """A booked visit with its signed link, in the language it was booked in."""
    return AppointmentOut(
        id=appointment.id,
        group_id=appointment.group_id,
        status=appointment.status,
        start=appointment.start_at,
        end=appointment.end_at,
        service=appointment.service,
        practitioner=_practitioner(office.profile, appointment.practitioner_id),
        modality=Modality(appointment.modality),
        label=label(
            office.profile,
            appointment.practitioner_id,
            appointment.modality,
            appointment.start_at,
            appointment.language,
        ),
        manage_url=office.manage_url(appointment.id),
        confirmed=appointment.confirmed_at is not None,
    )


def _practitioner(profile: Profile, practitioner_id: str) -> PractitionerOut:
    person = profile.practitioner(practitioner_id)
    if person is None:
        return PractitionerOut(id=practitioner_id, name=practitioner_id, credentials="")
    return PractitionerOut(id=person.id, name=person.name, credentials=person.credentials)
