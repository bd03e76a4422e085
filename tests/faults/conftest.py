"""One house of real processes with fault points, and a place for the times that were measured."""

from itertools import count

import pytest_asyncio

from tests.faults.visitor import Guest
from tests.journeys import house as houses

WITH_POINTS = {
    "api.main:create_app": "tests.faults.api_process:create_app",
    "actions.server": "tests.faults.actions_process",
    "bot/credentials.yml": "tests/faults/credentials.yml",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house():
    async with houses.running_house(words=WITH_POINTS) as running:
        yield running


numbers = count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(house):
    """Lets guests in; they leave with the test."""
    guests = []

    async def one():
        guests.append(await Guest.arrive(house, next(numbers)))
        return guests[-1]

    yield one
    for guest in guests:
        await guest.http.aclose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def measured(pytestconfig):
    """Seconds by fault; printed at the end."""
    seconds = {}
    yield seconds
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\nfault: seconds until the visitor was answered")
        for name, value in seconds.items():
            print(f"  {name}: {value:.2f}")
