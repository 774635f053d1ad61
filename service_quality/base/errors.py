"""The one tree of errors: each says what is wrong, where, and what to do next."""

from __future__ import annotations


class ServiceQualityError(Exception):
    """What a user can be told as it stands: the message names file, column, value and remedy."""


class UsageError(ServiceQualityError):
    """The question makes no sense as asked: an unknown KPI, dimension or column."""


class RefusedError(ServiceQualityError):
    """A file that cannot be published; the warehouse is as before."""


class ConfirmationNeededError(RefusedError):
    """Fewer rows would replace more: right, perhaps, but only a person can say so."""


class WarehouseInUseError(ServiceQualityError):
    """Another process holds the warehouse; the message names it."""


class DamagedError(ServiceQualityError):
    """A kept upload is not as it was written, or not there; the message names the file."""


class NoMemoryError(ServiceQualityError):
    """A statement needs more memory than DuckDB was given; `Warehouse.retrying` gives more."""


class ConflictError(ServiceQualityError):
    """Another writer was first, and nothing was changed: `Warehouse.retrying` does it again."""


class QueryFileError(ServiceQualityError):
    """A file of queries/ whose header or parameters are wrong: for the person who wrote it."""


class FormatFileError(ServiceQualityError):
    """A file of formats/ that does not describe an export: for the person who wrote it."""


class NotUnderstoodError(RefusedError):
    """A file of which a person has to say more; `headers` are those that it has.

    `answers` are the flags of which each would settle it, if there are such;
    `kind` is what the file looks like, where anything tells.
    """

    def __init__(
        self,
        message: str,
        headers: tuple[str, ...],
        answers: tuple[str, ...] = (),
        kind: str | None = None,
    ) -> None:
        super().__init__(message)
        self.headers = headers
        self.answers = answers
        self.kind = kind
