"""Data: which files were loaded, what was set aside, and how to take one back."""

from service_quality.base.language import _
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.ui.frame import gate
from service_quality.ui.frame.page import start
from service_quality.ui.loading import history, letters, personal, status_words
from service_quality.ui.parts import tables, text
from service_quality.ui.writing import names, remarks

page = start("data", _("Data"))
text.warn(gate.open_to_all())
uploads = ask(Answers.uploads)
if not uploads:
    page.nothing(_("Nothing has been loaded yet."))

page.finding(history.uploads_sentence(uploads))
text.heading(_("Data available"))
tables.table(history.coverage_rows(), history.coverage_columns(), "coverage", printed=True)
history.months_loaded()
status_words.status_words()

text.heading(_("Uploads, newest first"))
tables.table(history.upload_rows(uploads), history.upload_columns(), "uploads", printed=True)

chosen = page.choose("upload", _("Upload"), history.upload_titles(uploads))
upload = next(u for u in uploads if u["upload_id"] == chosen)
personal.personal_table(upload)
text.heading(_("Rows set aside"))
history.rejected_rows(upload)
history.take_back(upload)
remarks.remarks()
names.values()
letters.by_mail()
history.log()
page.end(_("A row that was set aside is in no figure; load a corrected file to bring it back."))
