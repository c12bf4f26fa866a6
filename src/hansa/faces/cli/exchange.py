"""``hansa exchange …``: reports and warnings for others, and from them: files and servers."""

from __future__ import annotations

from cyclopts import App

from hansa import service
from hansa.faces.cli.verbs import command

app = App(
    name="exchange",
    help="Reports and warnings: files (STIX 2.1, CAP 1.2, CSV) and other servers (TAXII 2.1).",
)
app.command(command(service.export_reports), name="export")
app.command(command(service.import_reports), name="import")
app.command(command(service.warning), name="warning")
app.command(command(service.pull_reports), name="pull")
app.command(command(service.push_reports), name="push")
