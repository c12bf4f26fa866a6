"""Acts, treaties as rules, and the register: who is what and bound by what, on a day."""

from hansa.record.acts import KINDS, Act
from hansa.record.holders import Tenure
from hansa.record.ledger import Ledger, fold
from hansa.record.life import Life, Notice, Spell
from hansa.record.register import BoundNorm, Finding, Party, Register, Shares, Timeline
from hansa.record.sheets import Row, Sheet
from hansa.record.standing import Flag, Membership
from hansa.record.treaties import (
    Accession,
    Arrears,
    Clock,
    Entry,
    Exit,
    Norm,
    Term,
    Treaty,
)
from hansa.record.unions import (
    Body,
    Office,
    Organisation,
    Rotation,
    RuleOfDecision,
    State,
    StatusRule,
)
from hansa.record.world import Source, World

__all__ = [
    "KINDS",
    "Accession",
    "Act",
    "Arrears",
    "Body",
    "BoundNorm",
    "Clock",
    "Entry",
    "Exit",
    "Finding",
    "Flag",
    "Ledger",
    "Life",
    "Membership",
    "Norm",
    "Notice",
    "Office",
    "Organisation",
    "Party",
    "Register",
    "Rotation",
    "Row",
    "RuleOfDecision",
    "Shares",
    "Sheet",
    "Source",
    "Spell",
    "State",
    "StatusRule",
    "Tenure",
    "Term",
    "Timeline",
    "Treaty",
    "World",
    "fold",
]
