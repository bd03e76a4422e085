"""Copies a slot without the detour over pickling."""

from __future__ import annotations

from typing import TypeVar

from rasa.shared.core.slots import Slot

OneSlot = TypeVar("OneSlot", bound=Slot)


def copy_slot(self: OneSlot) -> OneSlot:
    """A shallow copy, as copy.copy makes it of an object without `__copy__`, at a fifth of the price.

    Rasa copies every slot of the domain for every tracker it builds, five to eight times a turn.
    """
    new = type(self).__new__(type(self))
    new.__dict__.update(self.__dict__)
    return new
