"""`python -m bot run|train|data|test …`: Rasa's own command line, without the libraries our model never uses.

`rasa …` does the same and works as well: it starts three times as slowly and keeps four times the memory.
"""

from __future__ import annotations

from bot import absent


def main() -> None:
    """Hand over to Rasa; what it imports is decided before."""
    absent.leave_out()
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
