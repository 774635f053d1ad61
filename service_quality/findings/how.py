"""The methods verdicts are reached by: how each works, what it leaves open, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from service_quality.base.language import N_


@dataclass(frozen=True)
class Method:
    """One method; its texts are English msgids, to be translated where they are shown.

    `works` says for a manager how it judges, `not_said` what it leaves open, `source` who
    published it, when and where.
    """

    id: str
    title: str
    works: str
    not_said: str
    source: str


_ALL = (
    Method(
        "xmr",
        N_("Control chart (XmR)"),
        N_(
            "How much a month differs from the one before shows how much this series moves by"
            " itself. The limits stand 2.66 times that usual step above and below the mean. A month"
            " outside a limit, two of three near the same limit, seven in a row on one side of the"
            " mean, or seven in a row rising or falling: that is a signal, all else is ordinary"
            " movement."
        ),
        N_(
            "It says that something changed, not what. It does not judge under 13 months, where"
            " one value makes up 40 of 100 months or more, where the season explains most of the"
            " movement, nor where each month is so like the one before that this alone may explain"
            " a signal. A change of method begins a new series."
        ),
        N_("Wheeler 1993, Understanding Variation; rules of NHS England 2019, Making Data Count"),
    ),
    Method(
        "wilson",
        N_("Interval of a share (Wilson)"),
        N_(
            "Few cases leave much room for chance. The interval holds every true share that could"
            " well have given what was counted: in 95 of 100 such cases it contains the true one."
        ),
        N_("It knows only chance: who did not answer, or was never asked, is not in it."),
        N_(
            "Wilson 1927, Probable Inference, the Law of Succession, and Statistical Inference,"
            " Journal of the American Statistical Association"
        ),
    ),
    Method(
        "newcombe",
        N_("Change of a share (Newcombe, score test)"),
        N_(
            "Both periods are taken as samples. The interval holds the differences that could well"
            " have given both counts. The change counts as real where chance alone would make one"
            " as large in fewer than 5 of 100 cases."
        ),
        N_("It says whether the share changed, not why, and not whether the change matters."),
        N_(
            "Newcombe 1998, Interval estimation for the difference between independent"
            " proportions, Statistics in Medicine"
        ),
    ),
    Method(
        "boschloo",
        N_("Change of a small share (Boschloo's exact test)"),
        N_(
            "Where fewer than five cases stand in a cell, every way the counts could have fallen"
            " is gone through, and those at least as uneven as what was counted are added up."
        ),
        N_("With a handful of cases even a large change often cannot be told from chance."),
        N_(
            "Boschloo 1970, Raised conditional level of significance for the 2 × 2-table,"
            " Statistica Neerlandica"
        ),
    ),
    Method(
        "nps",
        N_("Interval of the NPS (adjusted Wald)"),
        N_(
            "Three answers are added, spread over promoters, passives and detractors, so that a"
            " few equal answers do not look certain. Then the usual 95% interval of a difference"
            " is taken, never beyond −100 or +100."
        ),
        N_("Two scores whose intervals overlap may still differ; who did not answer is not in it."),
        N_(
            "Rocks 2016, Interval Estimation for the “Net Promoter Score”, The American"
            " Statistician"
        ),
    ),
    Method(
        "mean",
        N_("Interval of a mean (Student)"),
        N_(
            "The more the single values scatter and the fewer they are, the wider the interval:"
            " in 95 of 100 such cases it contains the true mean."
        ),
        N_("A mean hides whether all are alike or half are very good and half very poor."),
        N_("Student 1908, The Probable Error of a Mean, Biometrika"),
    ),
    Method(
        "kaplan_meier",
        N_("Waits that have not ended (Kaplan–Meier)"),
        N_(
            "A customer without an answer has waited at least until the end of the data, and is"
            " counted so: neither left out nor taken for answered. From this comes the share"
            " answered within each time, and the time by which half, or nine in ten, had their"
            " answer."
        ),
        N_(
            "“Not reached” means that fewer were answered by the end of the data. It says nothing"
            " of how good the answers were."
        ),
        N_(
            "Kaplan & Meier 1958, Nonparametric Estimation from Incomplete Observations, Journal"
            " of the American Statistical Association"
        ),
    ),
    Method(
        "rank_range",
        N_("Plausible places (empirical Bayes)"),
        N_(
            "How much the entries really differ is estimated from all of them together. Then 4,000"
            " times a true value is drawn for each that fits its cases, and all are ranked anew."
            " The range holds the places of nine draws in ten."
        ),
        N_(
            "The range is that of one entry, not of all at once; an entry's shown place can lie"
            " outside it, as when many share the first place."
        ),
        N_(
            "Goldstein & Spiegelhalter 1996, League Tables and Their Limitations, Journal of the"
            " Royal Statistical Society A; Mogstad, Romano, Shaikh & Wilhelm 2023, Inference for"
            " Ranks; Gu & Koenker 2023, Invidious Comparisons, Econometrica"
        ),
    ),
    Method(
        "chance_of_fall",
        N_("Chance of a fall this large"),
        N_(
            "Suppose nothing had changed. From what the entry showed last year, new figures of"
            " this year are drawn thousands of times and set against this year's others. Counted"
            " is how often it would fall as far by chance alone. Who fell furthest was looked for"
            " among all: there it is counted how often any of them would fall as far."
        ),
        N_(
            "A fall that chance often makes can still be real; one that it seldom makes needs no"
            " bad work, only a change."
        ),
        N_(
            "Goldstein & Spiegelhalter 1996, League Tables and Their Limitations, Journal of the"
            " Royal Statistical Society A"
        ),
    ),
    Method(
        "false_discovery",
        N_("Many tests at once (false discovery)"),
        N_(
            "Who tests a hundred brands finds five changes by chance alone. The bar is raised with"
            " the number of tests, so that among the changes called real at most one in twenty is"
            " expected to be none."
        ),
        N_("It does not say which of those called real is the wrong one."),
        N_(
            "Benjamini & Hochberg 1995, Controlling the False Discovery Rate, Journal of the Royal"
            " Statistical Society B"
        ),
    ),
    Method(
        "reliability",
        N_("Reliability of a ranking"),
        N_(
            "Of all that sets the entries apart, which part is real difference and not chance? At"
            " 0.8 or more a ranking may be read as one; below it, the number of cases per entry is"
            " given that would bring it there."
        ),
        N_("A reliable ranking can still measure the wrong thing."),
        N_("Adams 2009, The Reliability of Provider Profiling, RAND"),
    ),
    Method(
        "funnel",
        N_("Funnel"),
        N_(
            "Each entry's share stands over its number of cases, between limits around the share"
            " of all: wide where cases are few, narrow where they are many. Outside the inner"
            " limits 5 of 100 would lie by chance, outside the outer ones 2 of 1,000. Where the"
            " entries scatter more than chance would, the limits are widened by that usual spread."
        ),
        N_("Inside the funnel no order is proven; outside it, the cause remains open."),
        N_(
            "Spiegelhalter 2005, Funnel plots for comparing institutional performance, Statistics"
            " in Medicine"
        ),
    ),
    Method(
        "overdispersion",
        N_("More scatter than chance (φ)"),
        N_(
            "With many cases, chance alone would call every change real. Where an entry has 12"
            " months or more, their own scatter is measured against what chance would allow, the"
            " season taken out. That factor φ widens every interval and every test."
        ),
        N_("It does not say where the additional scatter comes from."),
        N_(
            "Spiegelhalter 2005, Handling over-dispersion of performance indicators, Quality and"
            " Safety in Health Care"
        ),
    ),
    Method(
        "mix_or_merit",
        N_("Mix or merit (Kitagawa)"),
        N_(
            "A total moves because its parts got better or worse, or because work moved between"
            " good and poor parts. The change is split into these two, which add up to it exactly;"
            " a part that is new or gone counts as mix."
        ),
        N_("The split depends on the dimension that was cut by; another one may split otherwise."),
        N_(
            "Kitagawa 1955, Components of a Difference Between Two Rates, Journal of the American"
            " Statistical Association"
        ),
    ),
    Method(
        "weakest_link",
        N_("The weakest link"),
        N_(
            "For each promise, the contacts are counted that failed because of it. Were it always"
            " kept, with all else as it was, the share of perfect contacts would rise by those that"
            " failed by it alone."
        ),
        N_("It assumes that mending one promise leaves the others as they are."),
        N_("Counted from the contacts themselves; the perfect order of logistics, by single cause"),
    ),
    Method(
        "perfect_contact",
        N_("Perfect contacts"),
        N_(
            "A contact is perfect when every promise that applied to it was kept. It is counted"
            " contact by contact; one broken promise is enough. A promise that could not apply is"
            " not broken."
        ),
        N_("It weighs every promise alike, and knows only those that are measured."),
        N_("Perfect order rate, common practice of logistics"),
    ),
    Method(
        "stairs_and_lift",
        N_("By the stairs and by the lift"),
        N_(
            "Trust is gained step by step and lost at once. From the best month so far: how deep"
            " the fall is, how many months it took, how long it has lasted, and how many months"
            " the last recovery needed."
        ),
        N_("It measures the way down and up, not whether the move is more than chance."),
        N_("Slovic 1993, Perceived Risk, Trust, and Democracy, Risk Analysis"),
    ),
    Method(
        "expectations",
        N_("Expectations and the zone of tolerance"),
        N_(
            "Each customer says what is just acceptable, what is wished for, and what was met."
            " Below the first is a disappointment, between the two is tolerated, above the second"
            " is a delight. Each share is counted person by person."
        ),
        N_("What people expect changes; a larger share above the wish may mean smaller wishes."),
        N_(
            "Zeithaml, Berry & Parasuraman 1993, The Nature and Determinants of Customer"
            " Expectations of Service, Journal of the Academy of Marketing Science"
        ),
    ),
    Method(
        "response_rate",
        N_("Response rate and the silent"),
        N_(
            "Who answers is not a random part of those who were asked. The response rate therefore"
            " stands beside every survey figure whose invitations are known; figures of fewer than"
            " 10 answers are hidden, those of fewer than 30 are marked as indicative."
        ),
        N_("No interval covers those who stayed silent; a high rate does not make them alike."),
        N_(
            "Groves 2006, Nonresponse Rates and Nonresponse Bias in Household Surveys, Public"
            " Opinion Quarterly"
        ),
    ),
    Method(
        "working_days",
        N_("Volumes per working day"),
        N_(
            "A month with more working days brings more work. The volume is divided by the days"
            " that were neither weekends nor public holidays in the country of the settings."
        ),
        N_("School holidays, strikes and the days between holidays remain in it."),
        N_("Ladiray & Quenneville 2001, Seasonal Adjustment with the X-11 Method"),
    ),
    Method(
        "year_before",
        N_("The same months a year before"),
        N_(
            "The period is set against the same days of the year before, and an unfinished year"
            " against its complete months only. Values that look equal as written count as"
            " unchanged."
        ),
        N_("Whether the difference is more than chance is another question."),
        N_("Comparison by calendar, common practice of official statistics"),
    ),
)
METHODS = {method.id: method for method in _ALL}
