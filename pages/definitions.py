"""Definitions: what each number means, how it is computed, and what it does not measure."""

from service_quality import findings, ui
from service_quality.base.language import _

page = ui.start("definitions", _("Definitions"))
kpis = ui.ask("kpis")
available = {kpi.id for kpi in ui.ask("available")}
wanted = page.search(_("Search the definitions"))
found = [kpi for kpi in kpis.values() if ui.mentions(kpi, wanted)]
methods = [method for method in findings.METHODS.values() if ui.tells(method, wanted)]
if not found and not methods:
    page.nothing(_("No definition has all of these words."), loaded=True)

page.finding(
    _("Every number has one definition, and says what it does not measure."),
    _("{shown} of {all} measures; the ones with data come first.").format(
        shown=len(found), all=len(kpis)
    ),
)
for kpi in sorted(found, key=lambda kpi: kpi.id not in available):
    ui.definition(kpi, kpi.id in available)
if methods:
    ui.heading(_("How we judge"))
for method in methods:
    ui.method(method)
page.end(_("A definition says how a number is computed, not how well the files were kept."))
