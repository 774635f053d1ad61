"""Promises: what was promised, what was kept, and what does no promise cover?"""

from service_quality import findings, ui
from service_quality.base.language import _

page = ui.start("promises", _("Promises"))
if not ui.ask("promises"):
    ui.no_promises(page)

measured = ui.promised_period()
filters = page.filters(measured, ("brand",))
part = ui.headline(filters)
found = ui.promises(page, part)
links = ui.weak_links(found, part)
known = ui.ask("kpis")
perfect = ui.row_of(known["perfect_contact"], part)

sentence = findings.promises(found, links, perfect)
if measured and not any(kept.value is not None for kept in found):
    page.nothing(sentence, loaded=True)
below = _("In {period}.").format(period=ui.period(part)) if measured else ""
judged = [findings.of_perfect(perfect), findings.of_weakest(links)]
page.finding(
    sentence,
    " ".join(words for words in (below, findings.promises_counted(found)) if words),
    *judged,
)

ui.promise_list(found, filters)
ui.promise_by_month(page, known["promise_kept"], found, filters)
ui.perfect_contacts(known["perfect_contact"], filters)
ui.weak_link(links)
ui.uncovered(page)

page.end(
    _("A promise that could not apply, or is not due yet, is not broken: it is not counted."),
    _("Nothing here weighs one promise against another, or knows what was promised by word."),
)
