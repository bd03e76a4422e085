"""How long the risk screen takes on short and long messages, and whether it reads them to the end."""

import random
import time
from collections.abc import Sequence

from bench import reference
from bench.figures import Figure, quantile
from bot.language.risk import screen

SHORT_WORDS, LONG_CHARACTERS = 40, 4000
SHORT_BOUND_MS, LONG_BOUND_MS = 12.0, 150.0
SHORT_MESSAGES, LONG_MESSAGES = 200, 30
# Ordinary sentences, some close to a signal, so that the screen has something to weigh.
SENTENCES = (
    "i have not slept well since my daughter moved out in the spring",
    "work is killing me and my manager wants even more of it every week",
    "my sister says i should talk to somebody about all this worry",
    "i never wanted to hurt anyone, i only want some quiet in the evening",
    "we argued again about money and then nobody said a word at dinner",
    "years ago i took something for anxiety and it helped a little",
    "my heart races on the bus and i get off two stops too early",
    "do you have anything after five, because i teach until half past four",
    "i would die for a good night of sleep, honestly",
    "my son is fourteen and he does not leave his room on school days",
    "no me siento bien desde hace meses y casi no salgo de casa",
    "mi madre murió en enero y todavía no puedo hablar de eso",
)
LAST_SENTENCES = (
    "i want to kill myself",
    "i am going to end my life tonight",
    "i have been cutting myself again",
    "me quiero morir",
    "i am going to kill him with his own gun",
)


def message_of_words(words: int, seed: int) -> str:
    """An ordinary message of exactly so many words; the same for the same seed."""
    return " ".join(_sentences(seed, words * 12).replace("\n", " ").split()[:words])


def message_of_characters(characters: int, seed: int, last: str = "") -> str:
    """An ordinary message of at most so many characters that ends with the sentence `last`."""
    return f"{_sentences(seed, characters)[: characters - len(last) - 2].rsplit(' ', 1)[0]}. {last}".strip()


def figures() -> list[Figure]:
    """p95 of both lengths in milliseconds and against one encoder run, and the signals missed at the end."""
    short = [message_of_words(SHORT_WORDS, seed) for seed in range(SHORT_MESSAGES)]
    long = [message_of_characters(LONG_CHARACTERS, seed) for seed in range(LONG_MESSAGES)]
    screen(short[0])
    rows: list[Figure] = []
    for name, texts, bound in (
        (f"screen, {SHORT_WORDS} words, p95", short, SHORT_BOUND_MS),
        (f"screen, {LONG_CHARACTERS:,} characters, p95", long, LONG_BOUND_MS),
    ):
        p95 = quantile(_milliseconds(texts), 0.95)
        encoder = reference.encoder_milliseconds(texts[0])
        rows += [
            Figure(name, p95, "ms", bound=bound),
            Figure(f"{name}, beside", p95, "ms", encoder, "one encoder run"),
        ]
    return [*rows, Figure("screen, signals missed in a last sentence", missed_at_the_end(), "messages", bound=0)]


def missed_at_the_end() -> int:
    """How many long messages whose last sentence is a crisis were not read as one."""
    texts = [message_of_characters(LONG_CHARACTERS, seed, last) for seed, last in enumerate(LAST_SENTENCES)]
    starts = [len(text) - len(last) for text, last in zip(texts, LAST_SENTENCES, strict=True)]
    return sum(
        not any(signal.span[1] > start for signal in screen(text).signals)
        for text, start in zip(texts, starts, strict=True)
    )


def _milliseconds(texts: Sequence[str]) -> list[float]:
    times = []
    for text in texts:
        started = time.perf_counter()
        screen(text)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _sentences(seed: int, characters: int) -> str:
    # The same messages in every run, so that two runs can be compared; nothing here is a secret.
    chosen, text = random.Random(seed), ""  # noqa: S311
    while len(text) < characters:
        text += chosen.choice(SENTENCES) + chosen.choice((". ", ", ", "\n", "! "))
    return text
