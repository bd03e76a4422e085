"""Joins the room to an app: its routers, and the safety room's word that every booking must pass."""

from fastapi import FastAPI

from api.scheduling import internal, pages, routes
from api.scheduling.office import InCrisis


def install(app: FastAPI, in_crisis: InCrisis) -> None:
    """Add the room to an app; `in_crisis(db, session_id)` is true while a chat is in crisis or emergency."""
    app.state.in_crisis = in_crisis
    for router in (routes.router, pages.router, internal.router):
        app.include_router(router)
