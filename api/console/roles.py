"""What each role may see and do at the staff pages (experience.md, console; clinical.md §5, D11)."""

from api.vocabulary import Role

# The front desk sees route and contact, not the story.
READS_STORY = frozenset({Role.CLINICIAN, Role.ADMINISTRATOR})
# Whoever answers a chat sees it from the moment a person was asked for.
ANSWERS = READS_STORY | {Role.FRONT_DESK}


def administers(role: str) -> bool:
    """True for whoever may pause the program for the whole practice."""
    return role == Role.ADMINISTRATOR


def reads_story(role: str) -> bool:
    """True for roles that may read a whole transcript, its summary and the words behind an alert."""
    return role in READS_STORY


def answers(role: str) -> bool:
    """True for roles that take chats over and see how to reach a patient; an auditor only looks on."""
    return role in ANSWERS
