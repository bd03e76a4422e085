"""Joins the room to an app: its routers, and the safety room's word that every booking must pass."""

from fastapi import FastAPI

from api.scheduling import internal, lookup, pages, routes
from api.scheduling.office import InCrisis
from api.scheduling.proof import ProofTries


def install(app: FastAPI, in_crisis: InCrisis) -> None:
    """Add the room to an app; `in_crisis(db, session_id)` is true while a chat is in crisis or emergency."""
    app.state.in_crisis = in_crisis
    app.state.proof_tries = ProofTries()
    for router in (routes.router, pages.router, internal.router, lookup.router):
        app.include_router(router)
