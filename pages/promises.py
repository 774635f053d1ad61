"""Promises: what was promised, what was kept, and what does no promise cover?"""

from service_quality.base.language import _
from service_quality.findings import promises as verdicts
from service_quality.findings import weakest
from service_quality.findings.surveys import survey_scope
from service_quality.measures.answers import Answers
from service_quality.ui.frame import data
from service_quality.ui.frame.page import start
from service_quality.ui.parts import promises, questions, signals

page = start("promises", _("Promises"))
if not data.ask(Answers.promises):
    promises.no_promises(page)

page.shows(*promises.measures())
measured = promises.promised_period()
filters = page.filters(measured, ("brand", "source"))
known = data.ask(Answers.kpis)
part = questions.headline(filters)
if measured:
    part = questions.within_data(known["promise_kept"], part)
found = promises.promises(page, part)
links = promises.weak_links(found, part)
perfect = questions.row_of(known["perfect_contact"], part)

sentence = verdicts.promises(found, links, perfect)
if measured and not any(kept.value is not None for kept in found):
    page.nothing(sentence, loaded=True)
below = survey_scope(questions.during(part), "") if measured else ""
judged = [weakest.of_perfect(perfect), weakest.of_weakest(links)]
below = " ".join(words for words in (below, verdicts.promises_counted(found)) if words)
awaited = questions.awaited_sources([known["promise_kept"]], filters)
page.finding(sentence, signals.joined(below, awaited), *judged)

promises.promise_list(found, filters)
promises.promise_by_month(page, known["promise_kept"], found, filters)
promises.perfect_contacts(known["perfect_contact"], filters)
promises.weak_link(links)
promises.uncovered(page)

page.end(
    _("A promise that could not apply, or is not due yet, is not broken: it is not counted."),
    _("Nothing here weighs one promise against another, or knows what was promised by word."),
)
