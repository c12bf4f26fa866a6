"""What every act log must do, whatever it is kept on: subclass it and say where logs are.

Beside the subclass stands a fixture ``place``, which gives the address of a place for a new log
as often as it is called. The subclass runs SQL as somebody who knows the password would.
"""

from __future__ import annotations

from .suite_appending import Appending
from .suite_branches import Branches
from .suite_proofs import Proofs
from .suite_verifying import Verifying
from .suite_writers import Writers


class ActLogConformance(Appending, Writers, Verifying, Proofs, Branches):
    """The suite."""
