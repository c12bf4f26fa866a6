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
from hansa.secretariat.notices import Notice, NoticeRule, notice_rules, notices_for
from hansa.secretariat.offices.collation import ALPHABETS, alphabetical, collation_key
from hansa.secretariat.offices.order import Order, Taking
from hansa.secretariat.offices.presidency import (
    Departure,
    Presidency,
    Turn,
    presidency_of,
    rule_on,
)

__all__ = [
    "ALPHABETS",
    "FOLLOWS",
    "Agenda",
    "Chairing",
    "Deadline",
    "Delegation",
    "Departure",
    "Document",
    "Effect",
    "Handed",
    "Item",
    "Level",
    "Meeting",
    "Notice",
    "NoticeRule",
    "Order",
    "Presidency",
    "Stage",
    "Step",
    "Summary",
    "Taken",
    "Taking",
    "Turn",
    "Version",
    "acts_of",
    "alphabetical",
    "collation_key",
    "deadlines_of",
    "following",
    "handed_on",
    "meeting_of",
    "meetings_of",
    "notice_rules",
    "notices_for",
    "presidency_of",
    "rule_on",
]
