"""`python -m api.launch.advisories NAME FILE`: judges what pip-audit found about one environment.

pip-audit exits 0 with "no known vulnerabilities" when no package could be looked up at all; here that is a failure
of its own. Exit code: 0 all was looked up and nothing is open, 1 something is open, 2 something was not looked up.
"""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.launch.sbom import packages
from api.settings import ROOT

PAGE = ROOT / "docs" / "security.md"
SECTION = "## Advisories that stay open"


@dataclass(frozen=True)
class Verdict:
    """Advisories nobody has argued about, those docs/security.md answers, and packages that were not looked up."""

    opened: tuple[str, ...]
    answered: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """1 before 2: what is known to be open is worse than what is not known."""
        return 1 if self.opened else 2 if self.unseen else 0


def answered_packages(page: str) -> frozenset[str]:
    """The packages of the bot's environment whose advisories docs/security.md answers, from its table."""
    section = page.split(f"\n{SECTION}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ((?:`[\w.-]+`(?:, )?)+) \|", section, re.M)
    return frozenset(name for row in rows for name in re.findall(r"`([\w.-]+)`", row))


def judge(name: str, report: Mapping[str, Any]) -> Verdict:
    """The verdict on pip-audit's JSON about the environment `name`; only the bot's advisories can be answered."""
    allowed = answered_packages(PAGE.read_text("utf-8")) if name == "bot" else frozenset()
    seen: set[str] = set()
    opened: list[str] = []
    answered: list[str] = []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            continue
        seen.add(package["name"].lower().replace("_", "-"))
        for advisory in package["vulns"]:
            line = f"{package['name']} {package['version']}: {advisory['id']}"
            (answered if package["name"] in allowed else opened).append(line)
    locked = {one.name for one in packages((ROOT / "requirements" / f"{name}.txt").read_text("utf-8"))}
    return Verdict(tuple(opened), tuple(answered), tuple(sorted(locked - seen)))


def main(name: str, file: str) -> int:
    """Print the verdict; the exit code."""
    verdict = judge(name, json.loads(Path(file).read_text("utf-8")))
    for title, lines in (("OPEN", verdict.opened), ("answered in docs/security.md", verdict.answered)):
        for line in lines:
            print(f"{name}: {title}: {line}")
    if verdict.unseen:
        print(
            f"{name}: NOT AUDITED: {len(verdict.unseen)} packages could not be looked up ({verdict.unseen[0]}, …)"
        )
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
