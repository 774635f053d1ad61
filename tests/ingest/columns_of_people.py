"""Sixty columns as exports have them, in four languages: of people, and what only looks so.

All people are invented; numbers are made up, or those that authorities publish as examples.
"""

from __future__ import annotations

PERSONAL: dict[str, tuple[str, list[str]]] = {
    "agents, English": ("Agent", ["Alice Moore", "Bo Li", "Chris O'Neill", "Dana Whitfield"]),
    "agents, French": ("Conseiller", ["Élodie Marchand", "Karim Benali", "Jean-Luc Petit"]),
    "agents, German": ("Bearbeiter", ["Jürgen Groß", "Anja Schäfer", "Uwe Lehmann"]),
    "agents, Vietnamese": ("Nhân viên", ["Nguyễn Văn An", "Trần Thị Bích", "Lê Hoàng Nam"]),
    "customers, Vietnamese": ("Họ và tên", ["Phạm Minh Đức", "Đỗ Thu Hà", "Vũ Ngọc Lan"]),
    "assigned to, French": ("Traité par", ["MARCHAND Élodie", "BENALI Karim"]),
    "assigned to, German": ("Zugewiesen an", ["Schäfer, Anja", "Groß, Jürgen"]),
    "name and id": ("Assignee", ["Alice Moore (4521)", "Bo Li (77)", "Dana Whitfield (910)"]),
    "name and login": ("Owner", ["Moore, Alice [amoore]", "Li, Bo [bli]"]),
    "logins": ("Assigned to", ["amoore", "bo.li", "dwhitfield2"]),
    "logins, French": ("Identifiant", ["emarchand", "kbenali", "jlpetit"]),
    "logins, German": ("Benutzername", ["j.gross", "a.schaefer", "u.lehmann"]),
    "names, header says nothing": (
        "Column 4",
        ["Anna Kowalska", "Thomas Becker", "Sophie Martin", "Paul Durand", "Laura Rossi"],
    ),
    "e-mails": ("Contact", ["a.b@example.com", "C@Example.fr", "Ann <ann@example.com>"]),
    "e-mails in 40% of the cells": (
        "Handled",
        ["a@example.com", "b@example.com", "phone", "shop", "chat"],
    ),
    "phones, French": ("Contact", ["06 12 34 56 78", "01 42 68 53 00", "07 55 00 11 22"]),
    "phones, British": ("Call back", ["020 7946 0018", "0161 496 0123", "07700 900123"]),
    "phones, German": ("Rückruf", ["030 901820", "0171 2345678", "089 23300"]),
    "phones, American": ("Reached at", ["(415) 555-2671", "(212) 736-5000", "(310) 555-0190"]),
    "phones, Vietnamese": ("Số điện thoại", ["0912 345 678", "024 3825 3543", "0987654321"]),
    "phones, with country": ("Column 2", ["+33 6 12 34 56 78", "+49 30 901820"]),
    "phones, French, no blanks": (
        "Joindre",
        ["0612345678", "0142685300", "0755001122", "0478634040", "0556001234"],
    ),
    "addresses, French": ("Lieu", ["12 rue des Lilas, 75011 Paris", "3 bis av. Foch, 69006 Lyon"]),
    "addresses, German": ("Ort", ["Hauptstraße 5, 10115 Berlin", "Goethestr. 12, 80336 München"]),
    "addresses, English": ("Place", ["221B Baker Street, London", "10 Mill Lane, Leeds"]),
    "addresses, Vietnamese": ("Địa chỉ", ["12 đường Lê Lợi, Quận 1", "45 Hai Bà Trưng, Hà Nội"]),
    "accounts": ("Ref", ["FR14 2004 1010 0505 0001 3M02 606", "DE89370400440532013000"]),
    "cards": ("Payment", ["4111 1111 1111 1111", "5500 0000 0000 0004"]),
    "identity, French": ("N° SS", ["2 95 10 99 126 111 93", "1 85 05 78 006 084 91"]),
    "identity, Spanish": ("Documento", ["54362315K", "X2482300W", "12345678Z"]),
    "births": ("Date de naissance", ["12/03/1961", "01/11/1987", "30/06/2001"]),
    "births, header says nothing": ("D", ["1954-02-11", "1978-09-30", "1990-01-02"]),
    "comments": (
        "Commentaire",
        [f"Madame Marchand m'a rappelé {n} fois" for n in range(2, 9)],
    ),
    "comments, German": ("Kommentar", [f"Herr Groß war {n} mal nicht da" for n in range(2, 9)]),
    "ip": ("Origin", ["192.168.0.1", "84.17.203.9", "2001:db8::1"]),
}

INNOCENT: dict[str, tuple[str, list[str]]] = {
    "a desk as agent": ("Agent", ["Back Office", "Front Desk", "Night Shift"]),
    "a desk as agent, French": ("Conseiller", ["Accueil", "Service client", "Agence Nord"]),
    "a desk as agent, German": ("Bearbeiter", ["Kundendienst", "Vertrieb Süd", "Technik"]),
    "teams": ("Team", ["Anna", "Bo"]),
    "teams, French": ("Équipe", ["Équipe Nord", "Équipe Sud"]),
    "groups of agents": ("Agent group", ["Tier 1", "Tier 2", "Billing"]),
    "trusts": ("Name", ["GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "AIREDALE NHS TRUST"]),
    "brands": ("Brand", ["Séphanie", "Leroy Merlin", "Mercedes Benz", "Dr. Oetker", "Nivea"]),
    "versions": ("Version", ["10.1.2.3", "10.1.2.4", "2.4.1.0"]),
    "versions, header says nothing": ("Column 9", ["1.2.0.1", "1.2.0.2", "1.10.0.0"]),
    "numbered topics": ("Topic", ["1.1.2.1", "1.1.2.2", "3.1.10.4"]),
    "numbered topics, German": ("Thema", ["2.1.3.4", "2.1.3.5"]),
    "references like phones": ("Ticket", ["0612345678", "0612345679", "0612345680"]),
    "references like phones, French": ("N° dossier", ["06-12-345678", "06-12-345679"]),
    "references in groups": ("Order", ["2024-000123-01", "2024-000124-01", "2024-000125-07"]),
    "numbers of articles": ("SKU", ["400-123-4567", "400-123-4568", "400-777-1234"]),
    "articles, header says nothing": ("Column 3", ["12-3456-789", "12-3456-790", "12-3456-791"]),
    "category paths": (
        "Subject",
        [f"Billing > Refunds and credit notes > Reason {n}" for n in range(9)],
    ),
    "category paths, French": (
        "Objet",
        [f"Livraison / Colis perdu en chemin / Dépôt {n}" for n in range(9)],
    ),
    "long category paths": (
        "Category",
        [
            f"Home and garden > Tools > Electric tools > Drills > Model {n} of 2024"
            for n in range(9)
        ],
    ),
    "topics": ("Subject", ["Refund request", "Late parcel"] * 10),
    "channels": ("Channel", ["Phone", "E-mail", "Web chat"]),
    "sites": ("Site", ["nord.example.com", "sud.example.com"]),
    "towns": ("Ville", ["Saint-Martin", "Paris", "Le Havre", "Nancy", "Laval"]),
    "statuses": ("Status", ["Open", "Solved by agent", "Closed"]),
    "months": ("Month", ["2024-01-01", "2024-02-01", "2024-03-01"]),
    "postcodes": ("Region", ["75011", "69006", "13001"]),
    "products": ("Product", ["iPhone 12", "Galaxy S21", "Pixel 6 128 GB"]),
    "contracts": ("Contract", ["CT-00012345", "CT-00012346", "CT-00099999"]),
    "codes like accounts": ("Code", ["AB12CDEF3456GHIJ", "AB13CDEF3456GHIJ"]),
}
