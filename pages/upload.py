"""Upload: from a file to published rows, in five numbered steps."""

from service_quality.base.language import _
from service_quality.ui.frame.page import start
from service_quality.ui.loading import reports, steps

page = start("upload", _("Upload"))
page.finding(_("Nothing is published before you have seen what will change."))

for file in steps.dropped_files():
    with steps.file_section(file):
        found = steps.reading(file)
        if found is None:
            continue
        instructions = steps.mapped(file, found)
        report = reports.report(file, instructions)
        if report is not None:
            reports.publishing(file, instructions, report, steps.guessed(found, instructions))

page.end(
    _("Columns that no measure uses are not stored."),
    _("Rows without a needed value are set aside, and can be downloaded here."),
)
