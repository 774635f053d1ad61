"""Promises: what was promised, what was kept, and what does no promise cover?"""

from service_quality.base.language import _
from service_quality.findings import extent, promised, weakest
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.ui.frame.page import start
from service_quality.ui.parts import promises, signals
from service_quality.ui.writing import promises as writing

page = start("promises", _("Promises"))
if not ask(Answers.promises):
    writing.new(opened=True)
    promises.no_promises(page)

page.shows(*promised.measures())
measured = promised.period()
filters = page.filters(measured, ("brand", "source"))
known = ask(Answers.kpis)
now = promised.promised(filters)
found, links = now.found, now.links

if measured and not any(kept.value is not None for kept in found):
    page.nothing(now.sentence, loaded=True)
judged = [weakest.of_perfect(now.perfect), weakest.of_weakest(links)]
awaited = extent.awaited_sources([known["promise_kept"]], filters)
page.finding(now.sentence, signals.joined(now.below, awaited), *judged)

writing.just_saved(found)
promises.promise_list(found, filters)
writing.new()
writing.change()
promises.promise_by_month(page, known["promise_kept"], found, filters)
promises.perfect_contacts(known["perfect_contact"], filters)
promises.weak_link(links)
promises.uncovered(page)

page.end(
    _("A promise that could not apply, or is not due yet, is not broken: it is not counted."),
    _("Nothing here weighs one promise against another, or knows what was promised by word."),
)
