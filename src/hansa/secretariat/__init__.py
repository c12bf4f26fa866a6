"""The union at work: meetings, offices, deadlines, migration regimes, notices."""

from hansa.secretariat.circles import EVERYBODY, Circle, circle
from hansa.secretariat.competence import Competence, competence_of, competent
from hansa.secretariat.deadlines import Deadline, deadlines_of
from hansa.secretariat.meetings.agenda import Agenda, Item, Taken, agenda_of
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
    sequence,
)
from hansa.secretariat.meetings.stages import FOLLOWS, Stage, Step
from hansa.secretariat.mobility.changes import Change, changes_of, differences
from hansa.secretariat.mobility.findings import Misfit, misfits_of
from hansa.secretariat.mobility.matrix import Entry, Matrix, entry, matrix_of, named_states
from hansa.secretariat.mobility.regimes import (
    Agreement,
    Book,
    Measure,
    book_of,
    standing,
)
from hansa.secretariat.mobility.rights import RIGHTS, Treatment, treatment
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
    "EVERYBODY",
    "FOLLOWS",
    "RIGHTS",
    "Agenda",
    "Agreement",
    "Book",
    "Chairing",
    "Change",
    "Circle",
    "Competence",
    "Deadline",
    "Delegation",
    "Departure",
    "Document",
    "Effect",
    "Entry",
    "Handed",
    "Item",
    "Level",
    "Matrix",
    "Measure",
    "Meeting",
    "Misfit",
    "Notice",
    "NoticeRule",
    "Order",
    "Presidency",
    "Stage",
    "Step",
    "Summary",
    "Taken",
    "Taking",
    "Treatment",
    "Turn",
    "Version",
    "acts_of",
    "agenda_of",
    "alphabetical",
    "book_of",
    "changes_of",
    "circle",
    "collation_key",
    "competence_of",
    "competent",
    "deadlines_of",
    "differences",
    "entry",
    "following",
    "handed_on",
    "matrix_of",
    "meeting_of",
    "meetings_of",
    "misfits_of",
    "named_states",
    "notice_rules",
    "notices_for",
    "presidency_of",
    "rule_on",
    "sequence",
    "standing",
    "treatment",
]
