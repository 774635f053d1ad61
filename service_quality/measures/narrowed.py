"""The answers of someone who may see certain rows only: as if no others had ever been loaded."""

from __future__ import annotations

from service_quality.base.access import Only
from service_quality.base.settings import Settings
from service_quality.definitions.datasets import all_datasets
from service_quality.measures import rollup
from service_quality.measures.answers import Answers
from service_quality.warehouse import part


def narrowed(answers: Answers, only: Only) -> Answers:
    """Return the same questions, over a warehouse that has those rows alone, as they are now."""
    settings: Settings = answers.settings
    with part.made(answers.warehouse, only) as (warehouse, path):
        with warehouse.transaction() as cursor:
            rollup.refresh(cursor, settings, list(all_datasets()))
        warehouse.close()
        return Answers(part.held(path), settings)
