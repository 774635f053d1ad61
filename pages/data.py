"""Data: which files were loaded, what was set aside, and how to take one back."""

from service_quality import ui
from service_quality.base.language import _

page = ui.start("data", _("Data"))
uploads = ui.ask("uploads")
if not uploads:
    page.nothing(_("Nothing has been loaded yet."))

page.finding(ui.uploads_sentence(uploads))
ui.heading(_("What there is"))
ui.table(ui.coverage_rows(), ui.coverage_columns(), "coverage")
ui.months_loaded()

ui.heading(_("Uploads, newest first"))
ui.table(ui.upload_rows(uploads), ui.upload_columns(), "uploads")

chosen = page.choose("upload", _("Upload"), ui.upload_titles(uploads))
upload = next(u for u in uploads if u["upload_id"] == chosen)
ui.personal_table(upload)
ui.heading(_("Rows set aside"))
ui.rejected_rows(upload)
ui.take_back(upload)
page.end(_("A row that was set aside is in no figure; load a corrected file to bring it back."))
