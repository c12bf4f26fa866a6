"""The command line: ``hansa VERB …``.

Commands are loaded when called; ``hansa --help`` imports none of them.
"""

from __future__ import annotations

import os
import sys

from cyclopts import App, CycloptsError, Group

from hansa import __version__

COMMANDS: dict[str, tuple[str, str, str]] = {
    # name: (import path, group, help)
    "brief": ("hansa.faces.cli.brief:brief", "The union", "The whole briefing on a day."),
    "members": ("hansa.faces.cli.verbs:members", "The union", "Who is what in an organisation."),
    "parties": ("hansa.faces.cli.verbs:parties", "The union", "Whom a treaty binds, and why."),
    "decide": (
        "hansa.faces.cli.verbs:decide",
        "Decisions",
        "Whether a body adopts a matter, and who could block.",
    ),
    "power": (
        "hansa.faces.cli.verbs:power",
        "Decisions",
        "Who has how much say in a body.",
    ),
    "join": (
        "hansa.faces.cli.verbs:join",
        "Coalitions",
        "What it takes a state to join, and what it changes for whom.",
    ),
    "stable": (
        "hansa.faces.cli.verbs:stable",
        "Coalitions",
        "Whether a union holds, against whom, and who would join.",
    ),
    "sweep": (
        "hansa.faces.cli.sweep:sweep",
        "Coalitions",
        "How robust it is: coalitions, scenarios and draws on many cores.",
    ),
    "obligations": (
        "hansa.faces.cli.verbs:obligations",
        "Security",
        "Who owes what in an incident, and what is unknown.",
    ),
    "respond": (
        "hansa.faces.cli.verbs:respond",
        "Security",
        "From an incident to who decides, the mandate and a force plan.",
    ),
    "partners": (
        "hansa.faces.cli.verbs:partners",
        "Cooperation",
        "Who cooperates with whom on what; what two organisations share and lack.",
    ),
    "interdict": (
        "hansa.faces.cli.verbs:interdict",
        "Cooperation",
        "Where to put posts so that least gets through.",
    ),
    "pool": (
        "hansa.faces.cli.verbs:pool",
        "Cooperation",
        "What pooling posts is worth to whom, and which splits hold.",
    ),
    "exchange": (
        "hansa.faces.cli.exchange:app",
        "Cooperation",
        "Reports and warnings: files (STIX, CAP, CSV) and other servers (TAXII).",
    ),
    "reports": (
        "hansa.faces.cli.verbs:reports",
        "Cooperation",
        "Reports of incidents, with the codes of data sets.",
    ),
    "readers": (
        "hansa.faces.cli.verbs:readers",
        "Cooperation",
        "Who may see a report, by which article; and who would.",
    ),
    "sharing": (
        "hansa.faces.cli.verbs:sharing",
        "Cooperation",
        "Whom a report would reach, by which agreement.",
    ),
    "duplicates": (
        "hansa.faces.cli.verbs:duplicates",
        "Cooperation",
        "Reports that are likely of the same event.",
    ),
    "meetings": (
        "hansa.faces.cli.verbs:meetings",
        "The secretariat",
        "The meetings of a body, held and to come.",
    ),
    "meeting": (
        "hansa.faces.cli.verbs:meeting",
        "The secretariat",
        "A meeting: agenda, documents, delegations.",
    ),
    "presidency": (
        "hansa.faces.cli.verbs:presidency",
        "The secretariat",
        "Whose turn an office is, and who held it.",
    ),
    "mobility": (
        "hansa.faces.cli.verbs:mobility",
        "The secretariat",
        "Who may enter, stay, work and draw a pension where.",
    ),
    "notices": (
        "hansa.faces.cli.verbs:notices",
        "The secretariat",
        "Which legal notices a reader gets, and why.",
    ),
    "deadlines": (
        "hansa.faces.cli.verbs:deadlines",
        "The secretariat",
        "What is due by when, and what is overdue.",
    ),
    "capability": (
        "hansa.faces.cli.verbs:capability",
        "Security",
        "How strong an organisation or a group of states is.",
    ),
    "deter": (
        "hansa.faces.cli.verbs:deter",
        "Security",
        "Whether the promises in force deter an attack.",
    ),
    "panel": (
        "hansa.faces.cli.verbs:panel",
        "Security",
        "The dyad-year panel, for Stata, R and pandas.",
    ),
    "duty": ("hansa.faces.cli.customs:duty", "Customs", "What every line of a file pays."),
    "tariff": (
        "hansa.faces.cli.customs:tariff",
        "Customs",
        "A tariff book: show, check, diff; build a common tariff.",
    ),
    "revenue": ("hansa.faces.cli.verbs:revenue", "Customs", "Who gets the money."),
    "trade": (
        "hansa.faces.cli.verbs:trade_effects",
        "Trade",
        "What a change of a union brings to each economy.",
    ),
    "optimal-tariffs": (
        "hansa.faces.cli.verbs:tariffs_optimal",
        "Trade",
        "Tariffs that a country or a union would choose.",
    ),
    "check": ("hansa.faces.cli.check:check", "Worlds", "Find what is inconsistent in a world."),
    "log": ("hansa.faces.cli.log:app", "Worlds", "The act log: load, verify, prove."),
    "account": ("hansa.faces.cli.account:app", "Live", "Accounts of a server."),
    "act": ("hansa.faces.cli.verbs:act", "Live", "Append one checked act to a log."),
    "serve": ("hansa.faces.cli.serve:serve", "Live", "Serve pages, API and live stream."),
    "worlds": ("hansa.faces.cli.verbs:worlds", "Worlds", "The worlds that come with hansa."),
}
"""Every command; `hansa.faces.cli.verbs` makes one from the verb of that name."""

app = App(
    name="hansa",
    help="A union of states, as software: who is bound to do what, who decides, what it brings.",
    version=__version__,
    help_format="markdown",
    default_parameter=None,
)

_groups: dict[str, Group] = {}
for _name, (_path, _group, _help) in COMMANDS.items():
    _groups.setdefault(_group, Group.create_ordered(_group))
    app.command(_path, name=_name, help=_help, group=_groups[_group])


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exit with the code that the error carries.

    0: done; 1: a finding of the kind asked about (``check``); 2: bad input; 3: a rule is
    broken; 4: a model does not converge; 5: nothing meets the conditions; 6: the store.
    """
    from hansa.terms.errors import HansaError

    try:
        app(arguments, exit_on_error=False, print_error=False)
    except HansaError as wrong:
        print(f"hansa: {wrong.sentence()}", file=sys.stderr)
        sys.exit(wrong.exit_code)
    except CycloptsError as wrong:
        print(f"hansa: {_plain(wrong)}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        print("hansa: stopped", file=sys.stderr)
        sys.exit(130)


def _plain(wrong: CycloptsError) -> str:
    return " ".join(str(wrong).split())
