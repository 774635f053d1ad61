"""Upload: from a file to published rows, in five numbered steps."""

from service_quality import ui
from service_quality.base.language import _

page = ui.start("upload", _("Upload"))
page.finding(_("Nothing is published before you have seen what will change."))

for file in ui.dropped_files():
    with ui.file_section(file):
        found = ui.reading(file)
        if found is None:
            continue
        words = ui.mapped(file, found)
        report = ui.report(file, words)
        if report is not None:
            ui.publishing(file, words, report, ui.guessed(found, words))

page.end(
    _("Columns that no measure uses are not stored."),
    _("Rows without a needed value are set aside, and can be downloaded here."),
)
