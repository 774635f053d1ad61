"""Upload: from a file to published rows, in five numbered steps of which one is open."""

from service_quality.base.language import _
from service_quality.ui.frame.page import start
from service_quality.ui.loading import columns, files, publishing, reports, steps
from service_quality.ui.loading.path import Path

page = start("upload", _("Upload"))
page.finding(_("You see what will change before anything is published."))

if file := files.chosen():
    path = Path(file.id)
    if path.answers.done:
        publishing.published(file, path.answers.done)
    elif (
        (found := steps.reading(path, file))
        and (instructions := columns.mapped(path, found))
        and (report := reports.report(path, file, instructions))
    ):
        publishing.publishing(path, file, instructions, report)

page.end(
    _("Columns that no measure uses are not stored."),
    _("Rows without a needed value are set aside, and can be downloaded here."),
)
