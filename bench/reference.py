"""What this machine is like today: a bare Rasa process and one run of the encoder, measured beside the figures."""

import asyncio
import time
from dataclasses import dataclass

from api.launch import environments
from api.settings import ROOT
from bench.figures import median
from bench.product import resident_megabytes
from bench.training import MeasurementFailed
from bot.language.encoder import Encoder

BARE_RASA = "import rasa.core.agent, rasa.core.run, tensorflow; print('ready', flush=True); input()"
IMPORT_SECONDS = 120.0
ENCODER_RUNS = 25
SHORT_TEXT = "i keep having panic attacks at work and i do not know whom to ask"


@dataclass(frozen=True)
class BareRasa:
    """A process that has only imported Rasa and TensorFlow: seconds it took, megabytes it holds."""

    seconds: float
    megabytes: float


async def bare_rasa() -> BareRasa:
    """Start such a process, measure it, end it. Raises MeasurementFailed."""
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    command = (str(environments.python_of("bot")), "-W", "ignore", "-c", BARE_RASA)
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=nowhere)
    try:
        if process.stdout is None or b"ready" not in await asyncio.wait_for(
            process.stdout.readline(), IMPORT_SECONDS
        ):
            raise MeasurementFailed("Rasa could not be imported in the bot environment")
        return BareRasa(time.perf_counter() - started, resident_megabytes(process.pid))
    finally:
        process.kill()
        await process.wait()


def encoder_milliseconds(text: str = SHORT_TEXT) -> float:
    """The median of one encoder run on a text; the first runs only warm up."""
    encoder = Encoder.load(ROOT / "models" / "encoder")
    times = []
    for _ in range(ENCODER_RUNS):
        started = time.perf_counter()
        encoder.encode([text])
        times.append((time.perf_counter() - started) * 1000)
    return median(times[5:])
