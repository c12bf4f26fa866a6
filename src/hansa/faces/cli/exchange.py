"""``hansa exchange …``: reports and warnings to files for others, and from theirs."""

from __future__ import annotations

from cyclopts import App

from hansa import service
from hansa.faces.cli.verbs import command

app = App(name="exchange", help="Reports and warnings in files: STIX 2.1, CAP 1.2, CSV.")
app.command(command(service.export_reports), name="export")
app.command(command(service.import_reports), name="import")
app.command(command(service.warning), name="warning")
