"""What every question needs: the warehouse, its settings, and the KPIs that there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service_quality.base.dimensions import DIMENSIONS, GROUPS
from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.definitions.datasets import dataset
from service_quality.definitions.datasets.entities import MEASURE
from service_quality.definitions.kpis import Kpi
from service_quality.measures import names
from service_quality.measures.compose import PERIODS
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

KEYS = (*PERIODS, *DIMENSIONS, *GROUPS, "source", "question", "promise")
ALL = Filters()
MOST_KNOWN = 300  # what a page asks for twice, it asks for soon


class Base:
    """One warehouse with its settings, and what was read of it before."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self.warehouse = warehouse
        self.settings = settings
        self._started = False
        self._known: tuple[object, dict[object, Any]] = (None, {})

    def known(self, warehouse: Warehouse) -> dict[object, Any]:
        """Return what was worked out of the version of the data that is read, by question."""
        version = warehouse.openings, warehouse.recent_version()
        if self._known[0] != version or len(self._known[1]) > MOST_KNOWN:
            self._known = version, {}
        return self._known[1]

    def kpis(self) -> dict[str, Kpi]:
        """Return every KPI by id: the files, and those that totals name."""
        found = kpis.catalogue()
        named = {r["value"]: r for r in self.names() if r["dimension"] == MEASURE}
        for family in [k for k in found.values() if k.family]:
            del found[family.id]
            for member, text in self.warehouse.once(_members, family.family, family.dataset):
                better = self.settings.totals_better.get(member)
                called = named.get(names.measure_id(member), {})
                found[member] = family.member_of_family(member, text, better, called)
        return found

    def names(self) -> list[Row]:
        """Return how values of dimensions, and measures, are shown; see `names.register`."""
        return self.warehouse.once(names.register)

    def spellings(self) -> dict[tuple[str, str], str]:
        """Return the entity of each value that is another spelling of one; see `names`."""
        return self.warehouse.once(names.spellings)

    def find(self, kpi_id: str) -> Kpi:
        """Return a KPI; UsageError names those there are."""
        file = kpis.of_file(kpi_id)
        if file and not file.family:
            return file
        known = self.kpis()
        check_name(kpi_id, known, _("KPI"))
        return known[kpi_id]


def _members(warehouse: Warehouse, family: str, kind: str) -> list[tuple[str, str]]:
    """Return each member's id, and its text in the file that was loaded last."""
    beside = (column.name for column in dataset(kind).stored if column.beside == family)
    found = warehouse.rows(
        f"select {family} as id, {next(beside, family)} as text, max(position) as latest"
        f" from {kind} left join uploads using (upload_id) group by 1, 2"
        " qualify row_number() over (partition by id order by text is null, latest desc, text) = 1"
        " order by 1"
    )
    return [(row["id"], row["text"] or "") for row in found]


def check_name(name: str, names: Sequence[str] | dict[str, Kpi], what: str) -> None:
    """Hold a question to the names that there are: UsageError says which."""
    if name not in names:
        raise UsageError(
            _("There is no {what} {name}; known: {known}.").format(
                what=what, name=name, known=", ".join(names)
            )
        )
