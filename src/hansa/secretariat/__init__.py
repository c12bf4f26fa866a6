"""The union at work: meetings, offices, deadlines, migration regimes, notices."""

from hansa.secretariat.deadlines import Deadline, deadlines_of
from hansa.secretariat.meetings.agenda import Agenda, Item, Taken
from hansa.secretariat.meetings.chairing import Chairing
from hansa.secretariat.meetings.delegations import Delegation, Level
from hansa.secretariat.meetings.documents import Document, Effect, Version
from hansa.secretariat.meetings.handing import Handed, following, handed_on
from hansa.secretariat.meetings.meeting import (
    Meeting,
    Summary,
    acts_of,
    meeting_of,
    meetings_of,
)
from hansa.secretariat.meetings.stages import FOLLOWS, Stage, Step

__all__ = [
    "FOLLOWS",
    "Agenda",
    "Chairing",
    "Deadline",
    "Delegation",
    "Document",
    "Effect",
    "Handed",
    "Item",
    "Level",
    "Meeting",
    "Stage",
    "Step",
    "Summary",
    "Taken",
    "Version",
    "acts_of",
    "deadlines_of",
    "following",
    "handed_on",
    "meeting_of",
    "meetings_of",
]
