"""Deliveries: one row is one order, the day it was promised for, and what became of it."""

from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, dimensions

DATASET = Dataset(
    kind="deliveries",
    title=N_("Deliveries"),
    order=7,
    columns=(
        Column(
            "order_id",
            "text",
            N_("Order id"),
            (
                *("order id", "order number", "no commande", "numero de commande", "id commande"),
                *("order no", "order ref", "n commande", "n de commande", "numero de pedido"),
                *("id do pedido", "numero do pedido", "id de pedido", "bestellnummer"),
            ),
            needed=True,
        ),
        Column(
            "promised_at",
            "time",
            N_("Promised for"),
            (
                *("promised at", "promised", "promised date", "order estimated delivery date"),
                *("promis le", "livraison promise", "livraison prevue le", "date promise"),
                *("promised delivery date", "estimated delivery date", "expected delivery date"),
                *("expected delivery", "due delivery date", "date de livraison prevue"),
                *("fecha de entrega prevista", "data prevista de entrega"),
            ),
            needed=True,
        ),
        Column(
            "delivered_at",
            "time",
            N_("Delivered"),
            (
                *("delivered at", "delivered", "order delivered customer date"),
                *("livre le", "date de livraison", "delivery date", "delivered on"),
                *("date delivered", "actual delivery date", "delivered date"),
                *("fecha de entrega", "data de entrega", "geliefert am", "lieferdatum"),
            ),
            event=True,
        ),
        Column(
            "correct",
            "yes_no",
            N_("Was it correct and complete?"),
            ("correct", "correct and complete", "conforme", "complet et conforme"),
        ),
        Column(
            "informed",
            "yes_no",
            N_("Was the customer told of a delay?"),
            ("informed", "informed of delay", "informe", "client informe", "prevenu"),
        ),
        *dimensions(contact=True),
    ),
    key=("source", "order_id"),
    id_column="order_id",
    moment=("promised_at",),
    nouns=("order", "delivery", "commande", "livraison", "pedido", "bestellung"),
)
