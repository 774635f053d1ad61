"""What was loaded: uploads, and the rows that they set aside."""

from __future__ import annotations

from service_quality.definitions import statuses
from service_quality.measures.questions.base import Base
from service_quality.warehouse.engine import Row


class Files(Base):
    """What was loaded."""

    def started(self) -> bool:
        """Return whether anything was ever loaded; what was taken back stays listed."""
        self._started = self._started or bool(self.uploads())
        return self._started

    def uploads(self) -> list[Row]:
        """Return every upload, oldest first; `words` and `outcome` are JSON."""
        return self.warehouse.report("uploads")

    def rejects(self, upload_id: str, limit: int = 1000) -> list[Row]:
        """Return the rows that an upload set aside: record, reasons and mapped cells, as JSON."""
        return self.warehouse.report("rejects", upload_id=upload_id, limit=limit)

    def unknown_statuses(self) -> list[Row]:
        """Return the statuses of tickets that no list knows, the most frequent first: status, n."""
        known = statuses.meanings(self.settings)
        rows = self.warehouse.rows(
            "select status, count(*) as n from tickets where status is not null"
            " group by 1 order by 2 desc, 1"
        )
        return [row for row in rows if statuses.meaning(row["status"], known) is None]
