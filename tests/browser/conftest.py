"""Real Chromium, and two houses for it: the real processes, and a quick one whose bot answers as it is told."""

import asyncio
import shutil
import threading
from concurrent.futures import Future

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.quick_house import PASSWORD, QuickHouse
from tests.browser.staff import ask_for_a_person
from tests.browser.visitor import VisitorPage
from tests.journeys import house as houses

CHROMIUM_FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE = {"width": 320, "height": 640}
LAPTOP = {"width": 1280, "height": 800}


class RunningHouse(threading.Thread):
    """Keeps a house in an event loop of its own, because Playwright's sync API holds the main one."""

    def __init__(self):
        super().__init__(daemon=True)
        self.started = Future()
        self.loop = asyncio.new_event_loop()

    def run(self):
        self.loop.run_until_complete(self._keep())

    async def _keep(self):
        try:
            async with houses.running_house() as house:
                self.started.set_result(house)
                await house.supervisor.wait()
        except Exception as error:
            self.started.set_exception(error)

    def stop(self):
        self.loop.call_soon_threadsafe(self.started.result().supervisor.stop)
        self.join()
        self.loop.close()


@pytest.fixture(scope="session")
def house():
    running = RunningHouse()
    running.start()
    yield running.started.result()
    running.stop()


@pytest.fixture(scope="session")
def quick_house(tmp_path_factory):
    running = QuickHouse(tmp_path_factory.mktemp("quick"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def quick(quick_house):
    """The quick house as if nobody had been there."""
    quick_house.forget()
    return quick_house


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Watched:
    """Pages of fresh profiles; a script error, a refused policy, or a request that leaves the house is a failure."""

    def __init__(self, chromium, base_url):
        self.chromium, self.base_url = chromium, base_url
        self.contexts, self.faults, self.allowed = [], [], set()

    def open(self, viewport=PHONE, **more):
        context = self.chromium.new_context(
            viewport=viewport, base_url=self.base_url, service_workers="block", **more
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._read_console)
        context.on("request", self._read_request)
        return page

    def _read_console(self, message):
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            self.faults.append(message.text)

    def _read_request(self, request):
        ours = request.url.startswith(self.base_url) or request.url in self.allowed
        if request.url.startswith("http") and not ours:
            self.faults.append(f"left the house: {request.url}")

    def close(self):
        for context in self.contexts:
            context.close()
        assert not self.faults


@pytest.fixture
def page(chromium, house):
    """A small phone in front of the real processes."""
    expect.set_options(timeout=15_000)
    watched = Watched(chromium, house.base_url)
    yield watched.open()
    watched.close()


@pytest.fixture
def quick_pages(chromium, quick):
    """Opens pages of the quick house."""
    expect.set_options(timeout=5_000)
    watched = Watched(chromium, quick.base_url)
    yield watched
    watched.close()


@pytest.fixture
def visitor(quick, quick_pages):
    """A visitor on a small phone who has not answered the notice yet."""
    return VisitorPage(quick_pages.open(), quick)


@pytest.fixture
def talking(visitor):
    """A visitor who has agreed."""
    visitor.arrive()
    visitor.agree()
    return visitor


@pytest.fixture
def desk(quick_pages):
    """Signs a member of a role in at the quick house; gives the page."""

    def sign_in(role="clinician", viewport=LAPTOP):
        page = quick_pages.open(viewport)
        page.goto("/staff/sign-in")
        page.get_by_label("E-mail").fill(f"{role}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
        return page

    return sign_in


@pytest.fixture
def waiting(talking, quick):
    """A visitor who told a story and then asked for a person."""
    talking.say("my story is private")
    talking.hears("heard: my story is private")
    talking.session_id = ask_for_a_person(quick)
    talking.say("is anybody there")
    talking.hears("heard: is anybody there")
    return talking
