"""What became of a file that was to be loaded or checked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from service_quality.base.errors import ConfirmationNeededError, RefusedError
from service_quality.ingest.columns.decisions import Decision
from service_quality.ingest.prepare import Prepared
from service_quality.ingest.recognise import feeds
from service_quality.ingest.recognise.feeds import NotFed
from service_quality.ingest.stage.issues import Issue
from service_quality.ingest.stage.personal import Personal
from service_quality.uploads import fold

Status = Literal["refused", "checked", "unchanged", "published"]
COUNTS = ("inserted", "updated", "unchanged", "superseded", "removed")


@dataclass(frozen=True)
class Outcome:
    """What became of one file, field by field in the order in which the command line prints it.

    `reason` says why it was refused or changed nothing; `mode` is upsert or replace. `months` and
    `warnings` are what a check foresees. `decided` are sentences on the file's form, `decisions`
    those on its columns; `why` says how kind and columns were recognised, `note` what to know of
    the export's `format`. `feeds` are ids of the KPIs that the file is enough for. Of a refusal,
    `confirm` says that a person may allow it, `answers` are words that would each settle it.
    """

    file: str
    kind: str | None = None
    source: str | None = None
    upload_id: str | None = None
    mode: str | None = None
    status: Status = "refused"
    reason: str | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    removed: int = 0
    issues: tuple[Issue, ...] = ()
    months: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    format: str | None = None
    why: tuple[str, ...] = ()
    note: str | None = None
    personal: tuple[Personal, ...] = ()
    mapping: dict[str, str] = field(default_factory=dict)
    feeds: tuple[str, ...] = ()
    not_fed: tuple[NotFed, ...] = ()
    confirm: bool = False
    answers: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """What publishing does to the stored rows, by the names of `COUNTS`."""
        return {name: getattr(self, name) for name in COUNTS}

    def of(self, prepared: Prepared) -> Outcome:
        """Return the outcome with what is to be said of a file's rows before they are published."""
        recognition, columns = prepared.recognition, prepared.stored
        return replace(
            self,
            kind=prepared.dataset.kind,
            source=prepared.instructions.source,
            mode="replace" if fold.replaces(prepared.dataset, columns) else "upsert",
            rows_read=prepared.staged.rows,
            rows_accepted=prepared.accepted,
            rows_rejected=prepared.rejected,
            issues=prepared.issues,
            decided=prepared.table.decided,
            decisions=prepared.decisions,
            format=prepared.instructions.format or None,
            why=recognition.reasons,
            note=recognition.note,
            personal=prepared.personal,
            mapping=dict(recognition.mapping),
            feeds=feeds.feeds(prepared.dataset, columns),
            not_fed=feeds.not_fed(recognition, columns, prepared.table.headers),
        )

    def after(self, applied: fold.Applied, issues: tuple[Issue, ...]) -> Outcome:
        """Return the outcome with what became of the stored rows, and what was found by it."""
        counts = {name: getattr(applied, name) for name in COUNTS}
        return replace(self, issues=(*self.issues, *issues), **counts)

    def refused(self, error: RefusedError) -> Outcome:
        """Return the outcome of a file that is not published, with all that its error knows."""
        return replace(
            self,
            status="refused",
            reason=str(error),
            kind=self.kind or getattr(error, "kind", None),
            confirm=isinstance(error, ConfirmationNeededError),
            answers=tuple(getattr(error, "answers", ())),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as the command line prints it, and as its upload keeps it."""
        document = asdict(self) | {"issues": [issue.as_dict() for issue in self.issues]}
        if self.status != "refused":
            del document["confirm"], document["answers"]
        return document
