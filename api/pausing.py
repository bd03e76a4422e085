"""The switch by which a practice pauses the program: a file, so that it works while the database does not."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NAME = "paused.json"


@dataclass(frozen=True)
class Paused:
    """Since when the program is paused, and by which staff member (an id, or a word for a command)."""

    at: datetime
    by: str


@dataclass(frozen=True)
class PauseSwitch:
    """Read at every request by every process that sees the folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file: there while the practice is paused."""
        return self.folder / NAME

    @property
    def is_on(self) -> bool:
        """True while the practice is paused."""
        return self.path.exists()

    def read(self) -> Paused | None:
        """Since when and by whom; None while it is off. A file nobody can read means paused all the same."""
        if not self.is_on:
            return None
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
            return Paused(datetime.fromisoformat(held["at"]), str(held["by"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Paused(datetime.fromtimestamp(0, UTC), "")

    def set(self, by: str, now: datetime) -> bool:
        """Pause. False when it was paused already: the first one counts."""
        if self.is_on:
            return False
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"at": now.isoformat(), "by": by}), encoding="utf-8")
        draft.replace(self.path)
        return True

    def lift(self) -> bool:
        """Go on. False when it was not paused."""
        was_on = self.is_on
        self.path.unlink(missing_ok=True)
        return was_on
