"""Definitions: what each number means, how it is computed, and what it does not measure."""

from service_quality.base.language import _
from service_quality.definitions.kpis import GROUPS
from service_quality.findings import wording
from service_quality.findings.asking import ask
from service_quality.findings.how import METHODS
from service_quality.measures.answers import Answers
from service_quality.ui.frame.page import start
from service_quality.ui.parts import charts, how, text

page = start("definitions", _("Definitions"))
kpis = ask(Answers.kpis)
available = {kpi.id for kpi in ask(Answers.available)}
wanted = page.search(_("Search the definitions"))
found = [kpi for kpi in kpis.values() if wording.mentions(kpi, wanted)]
methods = [method for method in METHODS.values() if how.mentions(method, wanted)]
alone = len(found) + len(methods) == 1
if not found and not methods:
    page.nothing(_("No definition has all of these words."), loaded=True)

page.finding(
    _("Every number has one definition, and says what it does not measure."),
    _("{shown} of {all} measures; the ones with data come first.").format(
        shown=len(found), all=len(kpis)
    ),
)
for group in dict.fromkeys(kpi.group for kpi in found):
    text.heading(_(GROUPS[group]))
    of_group = [kpi for kpi in found if kpi.group == group]
    of_group.sort(key=lambda kpi: kpi.id not in available)
    text.list_closed(
        charts.definition(kpi, kpi.id in available, opened=alone or kpi.title == wanted)
        for kpi in of_group
    )
if methods:
    text.heading(_("How we judge"))
    text.list_closed(how.method(method, opened=alone) for method in methods)
page.end(_("A definition says how a number is computed, not how well the files were kept."))
