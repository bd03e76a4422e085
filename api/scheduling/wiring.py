"""Gives the room's routes their office, made of the wired parts of the app."""

from typing import Annotated

from fastapi import Depends, Request

from api.dependencies import Frontdesk, FrontdeskDep
from api.scheduling.office import InCrisis, Office


def office_of(frontdesk: Frontdesk, in_crisis: InCrisis) -> Office:
    """What scheduling needs, taken from the wired parts."""
    settings = frontdesk.settings
    return Office(
        profile=frontdesk.profile,
        base_url=settings.base_url,
        signing_secret=settings.signing_secret.get_secret_value(),
        audit_key=settings.audit_key.get_secret_value().encode(),
        in_crisis=in_crisis,
    )


def get_office(request: Request, frontdesk: FrontdeskDep) -> Office:
    """The office of the running app."""
    return office_of(frontdesk, request.app.state.in_crisis)


OfficeDep = Annotated[Office, Depends(get_office)]
