"""`frontdesk up`: everything from an empty folder to a page that answers, then watching over it."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import ValidationError
from rich.console import Console

from actions.care.numbered_yaml import RulesFileError
from api.crypto import KEYS_VARIABLE
from api.launch import environments, secrets, store, training
from api.launch.processes import Program, Supervisor
from api.practice import ProfileBroken
from api.safety.resources import ResourcesBroken
from api.settings import PLAIN_HTTP, ROOT, Settings
from api.wording import WordingBroken

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::", "localhost")  # noqa: S104 (compared with, not bound to)
YES = ("1", "true", "yes", "on")
NO_ADDRESS = (
    "set FRONTDESK_BASE_URL to the https:// address that visitors see: links and the staff cookie follow it"
)
READY_SECONDS = 300.0
POLL_SECONDS = 0.1
FIRST_RUN_WARM_UP_SECONDS = 900

console = Console(stderr=True)


class CannotStart(Exception):
    """A reason not to start, for people."""


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    practice: str = "tucson_integrative"
    host: str = LOOPBACK
    port: int = 8000
    demo: bool = False
    behind_proxy: bool = False


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CannotStart when another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or "it cannot be used"
            raise CannotStart(f"port {port} of {host}: {reason.lower()}. Try --port {port + 1}") from None


# numpy's threads wait by turning in circles: on two cores four fifths of the bot's processor time were theirs.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def environment(options: Options) -> dict[str, str]:
    """The variables that every process of this run gets."""
    bot_port, actions_port = free_port(), free_port()
    behind_proxy = options.behind_proxy or os.environ.get("FRONTDESK_BEHIND_PROXY", "").lower() in YES
    scheme = "https" if behind_proxy else "http"
    values = {
        "FRONTDESK_PRACTICE": options.practice,
        "FRONTDESK_HOST": options.host,
        "FRONTDESK_PORT": str(options.port),
        # Behind a proxy the public address is another one; links and cookies follow it.
        "FRONTDESK_BASE_URL": os.environ.get("FRONTDESK_BASE_URL", f"{scheme}://{options.host}:{options.port}"),
        "FRONTDESK_BEHIND_PROXY": str(behind_proxy).lower(),
        "FRONTDESK_TRUSTED_PROXIES": os.environ.get("FRONTDESK_TRUSTED_PROXIES", "127.0.0.1,::1"),
        "FRONTDESK_API_URL": f"http://{LOOPBACK if options.host in EVERYWHERE else options.host}:{options.port}",
        "FRONTDESK_BOT_PORT": str(bot_port),
        "FRONTDESK_BOT_URL": f"http://{LOOPBACK}:{bot_port}",
        "FRONTDESK_ACTIONS_PORT": str(actions_port),
        "FRONTDESK_ACTIONS_URL": f"http://{LOOPBACK}:{actions_port}",
        "FRONTDESK_DATABASE_URL": os.environ.get(
            "FRONTDESK_DATABASE_URL", f"sqlite:///{store.folder() / 'frontdesk.db'}"
        ),
        "FRONTDESK_VAR": str(store.folder()),
        "FRONTDESK_TRACKER_DB": str(store.folder() / "tracker.db"),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": str(ROOT),
        **ONE_THREAD,
    }
    if KEYS_VARIABLE not in os.environ:
        # `keys rotate` changes them there while these processes run.
        values["FRONTDESK_KEYS_FILE"] = str(store.folder().resolve() / secrets.FILE)
    return {**secrets.load(store.folder()), **values}


def programs(values: dict[str, str]) -> dict[str, Program]:
    """The three processes, by name."""
    app, bot = str(environments.python_of("app")), str(environments.python_of("bot"))
    api: tuple[str, ...] = (
        app,
        "-m",
        "uvicorn",
        "api.main:create_app",
        "--factory",
        "--no-access-log",
        "--no-server-header",
    )
    api += ("--host", values["FRONTDESK_HOST"], "--port", values["FRONTDESK_PORT"], "--log-level", "warning")
    api += ("--log-config", "api/logging.json", *_proxy(values))
    actions = (app, "-m", "actions.server", "--port", values["FRONTDESK_ACTIONS_PORT"])
    dialogue: tuple[str, ...] = (
        bot,
        "-W",
        "ignore",
        "-m",
        "bot",
        "run",
        "--model",
        "models/rasa",
        "--endpoints",
        "bot/endpoints.yml",
    )
    dialogue += ("--credentials", "bot/credentials.yml", "-i", LOOPBACK, "-p", values["FRONTDESK_BOT_PORT"])
    named = {"api": api, "actions": actions, "bot": dialogue}
    return {name: Program(name, command, values) for name, command in named.items()}


def _proxy(values: dict[str, str]) -> tuple[str, ...]:
    """Whose word for a visitor's address is taken: the proxy's, when there is one, and nobody else's."""
    if values["FRONTDESK_BEHIND_PROXY"] != "true":
        return ("--no-proxy-headers",)
    return ("--proxy-headers", "--forwarded-allow-ips", values["FRONTDESK_TRUSTED_PROXIES"])


async def answers(url: str, seconds: float, headers: dict[str, str] | None = None) -> bool:
    """True once `url` answers 200, within `seconds`."""
    async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
        ends_at = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < ends_at:
            try:
                if (await client.get(url, timeout=2.0)).status_code == httpx.codes.OK:
                    return True
            except httpx.HTTPError:
                pass
            await asyncio.sleep(POLL_SECONDS)
    return False


async def bot_joins(api_url: str, seconds: float = 30.0) -> bool:
    """True once the api has noticed that the bot is warm: from then on no visitor is asked to wait."""
    async with httpx.AsyncClient(trust_env=False) as client:
        ends_at = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < ends_at:
            with contextlib.suppress(httpx.HTTPError, ValueError):
                if (await client.get(f"{api_url}/readyz", timeout=2.0)).json().get("bot"):
                    return True
            await asyncio.sleep(POLL_SECONDS)
    return False


def prepare(values: dict[str, str], options: Options) -> None:
    """Check settings and data, migrate, seed. Raises CannotStart with the reason, file and line where there is one."""
    try:
        refuse_half_a_proxy(store.settings_from(values))
        store.prepare(values, console, demo=options.demo)
    except ValidationError as error:
        raise CannotStart(
            "; ".join(str(each["msg"]).removeprefix("Value error, ") for each in error.errors())
        ) from None
    except (ProfileBroken, RulesFileError, WordingBroken, ResourcesBroken) as error:
        raise CannotStart(str(error)) from None


def refuse_half_a_proxy(settings: Settings) -> None:
    """Raises CannotStart for plain HTTP off loopback, and for a proxy whose public address nobody has named."""
    if settings.speaks_plainly:
        raise CannotStart(PLAIN_HTTP)
    if settings.behind_proxy and "FRONTDESK_BASE_URL" not in os.environ:
        if settings.environment == "production":
            raise CannotStart(NO_ADDRESS)
        console.print(NO_ADDRESS)


async def run(options: Options) -> None:
    """Start everything and stay until Ctrl-C. Raises CannotStart."""
    refuse_taken_port(options.host, options.port)
    values = environment(options)
    first_run = not (environments.is_current("bot") and training.has_model())
    if first_run:
        values["FRONTDESK_BOT_WARM_UP_SECONDS"] = str(FIRST_RUN_WARM_UP_SECONDS)
    prepare(values, options)
    supervisor = Supervisor(store.folder() / "logs")
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, supervisor.stop)
    starting = asyncio.create_task(_start(supervisor, options, values))
    starting.add_done_callback(_stop_on_failure(supervisor))
    await supervisor.wait()
    await _outcome(starting)


async def _start(supervisor: Supervisor, options: Options, values: dict[str, str]) -> None:
    named = programs(values)
    supervisor.start(named["api"])
    address = values["FRONTDESK_BASE_URL"]
    if not await answers(f"{values['FRONTDESK_API_URL']}/healthz", 30.0):
        raise CannotStart(f"the api did not start: see {store.folder() / 'logs' / 'api.log'}")
    console.print(f"The page answers at {address}/ ; the bot joins when it is warm.")
    await asyncio.to_thread(_bring_up_to_date)
    supervisor.start(named["actions"])
    supervisor.start(named["bot"])
    with console.status("Waiting for the bot"):
        token = {"X-Frontdesk-Token": values["FRONTDESK_BOT_TOKEN"]}
        if not await answers(f"{values['FRONTDESK_BOT_URL']}/webhooks/frontdesk/ready", READY_SECONDS, token):
            raise CannotStart(f"the bot did not start: see {store.folder() / 'logs' / 'bot.log'}")
        await bot_joins(values["FRONTDESK_API_URL"])
    print(f"Frontdesk is ready: chat {address}/  staff {address}/staff/  (Ctrl-C stops all)", flush=True)


def _bring_up_to_date() -> None:
    if not environments.is_current("bot"):
        with console.status("Preparing the bot environment (about 3 GB, once)"):
            environments.sync("bot")
    training.run(force=False, console=console)


def _stop_on_failure(supervisor: Supervisor) -> Callable[[asyncio.Task[Any]], None]:
    def stop(task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is not None:
            supervisor.stop()

    return stop


async def _outcome(starting: asyncio.Task[None]) -> None:
    starting.cancel()
    try:
        await starting
    except asyncio.CancelledError:
        print("Frontdesk has stopped.", file=sys.stderr)
