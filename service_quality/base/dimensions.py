"""What everything can be cut by: the one list of the dimensions that rows of all kinds share."""

from __future__ import annotations

from dataclasses import dataclass

from service_quality.base.language import N_


@dataclass(frozen=True)
class Dimension:
    """`title` is its name on pages unless the settings have another; `headers` name it in exports.

    `one` is how a sentence speaks of one value of it, as long as it has that name.
    `guarded`: rows of a value that a new file does not name at all are not replaced unasked.
    """

    name: str
    title: str
    headers: tuple[str, ...]
    one: str = N_("{label}: {names}")
    guarded: bool = True


EVERY = (
    Dimension(
        "brand",
        N_("Brand"),
        ("marque", "company", "enseigne", "site", "marca", "marke", "merk"),
        N_("the brand {names}"),
    ),
    Dimension(
        "team",
        N_("Team"),
        (
            *("group", "groupe", "equipe", "assignment group", "department", "assigned group"),
            *("support group", "service", "departement", "equipo", "grupo", "departamento"),
            *("equipe de atendimento", "gruppe", "abteilung", "squadra", "gruppo", "groep"),
        ),
        N_("the team {names}"),
    ),
    Dimension(
        "channel",
        N_("Channel"),
        ("canal", "via", "contact type", "ticket channel", "kanal", "canale", "kanaal"),
        N_("the channel {names}"),
    ),
    Dimension(
        "topic",
        N_("Topic"),
        (
            *("category", "categorie", "sujet", "ticket type", "motif", "topic", "theme"),
            *("categoria", "kategorie", "thema", "tema", "asunto"),
        ),
        N_("the topic {names}"),
        guarded=False,
    ),
)
DIMENSIONS = tuple(dimension.name for dimension in EVERY)
# The groups that the register of names puts a dimension's values in, by what questions call them.
GROUPS = {f"{name}_group": name for name in DIMENSIONS}
