"""Staff members at the console of a whole api, and a chat that waits for them."""

import re

import httpx
import pytest

from api.staff import service as staff
from api.vocabulary import Role

PASSWORD = "correct-horse-555-0142"
HOST = "http://desk.test"


class Desk:
    """One browser of a staff member; forms carry the token their page gave them."""

    def __init__(self, house):
        self.house = house
        self.client = httpx.AsyncClient(transport=house.client._transport, base_url=HOST)
        self.csrf = ""

    async def sign_in(self, role, password=PASSWORD, **headers):
        form = {"email": f"{role}@example.org", "password": password}
        answer = await self.client.post("/staff/sign-in", data=form, headers=headers)
        if answer.status_code == 303:
            page = await self.client.get("/staff/")
            self.csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        return answer

    async def get(self, path, **headers):
        return await self.client.get(path, headers=headers)

    async def press(self, session_id, action, csrf=None, **fields):
        form = {"csrf_token": self.csrf if csrf is None else csrf, **fields}
        return await self.client.post(f"/staff/chats/{session_id}/{action}", data=form)


@pytest.fixture
async def members(house):
    """One member of each role."""
    with house.database.writing() as db:
        for role in Role:
            staff.add(db, f"{role}@example.org", str(role).title(), role, house.clock.now(), PASSWORD)


@pytest.fixture
async def stranger(house, members):
    """A browser that has not signed in."""
    desk = Desk(house)
    yield desk
    await desk.client.aclose()


@pytest.fixture
async def desk(stranger):
    """A clinician's browser."""
    assert (await stranger.sign_in(Role.CLINICIAN)).status_code == 303
    return stranger
