"""The practice's colour, made readable: whatever a profile asks for, text on it and in it keeps its contrast."""

import re

HEX = re.compile(r"^#(?:[0-9a-fA-F]{3}){1,2}$")
FALLBACK = "#2c5f5d"
# What stands behind text in that colour: the least helpful background of each of the two looks (chat.css).
WHITE, BLACK, DAY, NIGHT = (255, 255, 255), (0, 0, 0), (230, 240, 250), (59, 47, 44)
# WCAG 2.2, 1.4.3: text needs 4.5; a little more, because colours are rounded.
ENOUGH = 4.6
STEP = 0.04

Colour = tuple[int, int, int]


def stylesheet(theme: dict[str, str]) -> str:
    """Custom properties: `--accent` carries white text on a light page, `--accent-night` is read on a dark one."""
    accent = read(theme.get("accent", FALLBACK))
    day, night = until_readable(accent, DAY, BLACK), until_readable(accent, NIGHT, WHITE)
    return f":root{{--accent:{write(day)};--accent-night:{write(night)}}}"


def read(value: str) -> Colour:
    """A colour written #rgb or #rrggbb; anything else is the fallback, so that no profile can write CSS."""
    digits = (value if HEX.match(value) else FALLBACK)[1:]
    full = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return int(full[:2], 16), int(full[2:4], 16), int(full[4:], 16)


def write(colour: Colour) -> str:
    """#rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def until_readable(colour: Colour, ground: Colour, towards: Colour) -> Colour:
    """The colour, moved step by step towards black or white until it stands out from its ground."""
    share, made = 0.0, colour
    while contrast(made, ground) < ENOUGH and share < 1:
        share = min(1.0, share + STEP)
        red, green, blue = (round(own + (end - own) * share) for own, end in zip(colour, towards, strict=True))
        made = (red, green, blue)
    return made


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
