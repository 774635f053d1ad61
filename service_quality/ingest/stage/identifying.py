"""What identifies a person: a whole column, by its header and values, or a part of one cell.

Phones, bank accounts and identity numbers are left to libraries that know each country's; they
are asked about few values, and only about those that a pattern lets through.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from statistics import median
from typing import Any

from service_quality.ingest.recognise.names import normal
from service_quality.ingest.stage.first_names import FIRST_NAMES

SHARE = 0.5  # of the values that look personal, from which on the column is
SOME = 0.2  # of what can be nothing else
MOST_ASKED = 60  # values that a library is asked about
MOST_NUMBERS = 2_000  # of a column that a library is asked about, one by one
MASK = "…"

EMAIL = re.compile(
    r"[^<>@]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>,;]+@[^\s@<>,;]+\.[a-z]{2,}", re.IGNORECASE
)
# A message's own id looks like an address and is none.
MESSAGE_ID = re.compile(r"\b(message|mail|email) id\b")
DIGITS = re.compile(r"(\+|00)?[\d(][\d\s().\-/]{6,}\d")
# As people write them: with the country, or in groups after a nought or an area in brackets.
WRITTEN_PHONE = re.compile(r"(\+|00)[\d\s().\-/]{8,}\d|\(?0\d{1,4}\)?[ .\-/][\d .\-/]{5,}\d|"
                           r"\(\d{3}\) ?\d{3}-\d{4}|\d{3}[-.]\d{3}[-.]\d{4}")  # fmt: skip
DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?![./-]?\d)")
REGIONS = ("FR", "GB", "DE", "US", "VN", "ES", "IT", "NL", "BE", "CH", "AT", "PT", "PL", "IE")
IBAN = re.compile(r"[a-z]{2}\d{2}[ \w]{11,40}", re.IGNORECASE)
# By country; the second ones have a check digit that one number in ten has by chance.
IDENTITY = (
    *("fr.nir", "es.dni", "es.nie", "it.codicefiscale", "be.nn", "de.idnr", "ch.ssn", "fi.hetu"),
    *("se.personnummer", "no.fodselsnummer", "ro.cnp", "br.cpf"),
)
WEAK_IDENTITY = ("nl.bsn", "gb.nhs", "us.ssn", "pl.pesel", "at.vnr", "cz.rc", "ca.sin")
ENOUGH = 8
IDENTITY_SHAPE = re.compile(r"[\dA-Za-z][\dA-Za-z .+/-]{7,20}")
STREET = re.compile(
    r"\b(rue|avenue|av|boulevard|bd|allee|chemin|impasse|quai|street|st|road|rd|lane|drive|square"
    r"|\w*(strasse|str|weg|platz|gasse|allee|straat|laan)|calle|plaza|via|viale|piazza|duong|pho)\b"
)
LETTERED = r"[^\W\d_][^\W\d_’'.-]*"
NAME = re.compile(rf"{LETTERED}([\s,’'.-]+[^\W\d_]+){{0,4}}\.?")
NUMBER_BEHIND = re.compile(r"\s*[(\[<#][^()\[\]<>]*[)\]>]?$")  # Marie Dupont (4521)
LOGIN = re.compile(
    r"([a-z]+\\)?[a-z]{1,20}[._-]?[a-z]{2,20}\d{0,4}|[a-z]{1,3}\d{3,8}", re.IGNORECASE
)

PHONE_WORDS = re.compile(
    r"\b(phone|telephone|tel|telefon\w*|mobile|mobil\w*|portable|handy\w*|fax\w*|gsm|di đong"
    r"|whatsapp|rufnummer|rufnr|rappel|ruckruf\w*"
    r"|so dien thoai|đien thoai|so đien thoai|dien thoai)\b"
)
REFERENCE_WORDS = re.compile(
    r"\b(id|ref|reference|referenz|ticket|order|commande|case|dossier|auftrag|invoice|facture"
    r"|\w+(nummer|nr)|tracking|suivi|đon hang|ma (so|đon)|hoa đon|rechnung"
    r"|article|artikel|sku|serial|version|release|build|code|contract|contrat|vertrag)\b"
)
NUMBER_WORDS = re.compile(r"\b(number|numero|nummer|no|n|nr|so)\b")
PERSON_WORDS = re.compile(
    r"\b(((first|last|full|customer|client|contact|caller|agent|user|employee|staff) name)|surname"
    r"|requester|assignee|assigned( to| agent)?|agent|technician|submitter|reporter|caller|author"
    r"|owner|advisor|adviser|representative|handled by|created by|closed by|customer|employee"
    r"|display ?name|((account|card|policy) ?)?holder|reported (by|for)|handler"
    r"|titulaire|(pris en charge|suivi|ouvert|cloture) par"
    r"|prenom|nom (complet|de famille|du client|client|agent)|demandeur|appelant|technicien"
    r"|technicienne|auteur|gestionnaire|responsable|charge d affaires"
    r"|teleconseiller|teleconseillere|conseiller|conseillere|interlocuteur"
    r"|traite par|charge de clientele|collaborateur|vorname|nachname|familienname|kundenname"
    r"|bearbeiter|bearbeiterin|mitarbeiter"
    r"|mitarbeiterin|sachbearbeiter|ansprechpartner|kunde|kundin|zugewiesen an|berater|beraterin"
    r"|nhan vien|nguoi (phu trach|xu ly|gui|yeu cau)|ho (va )?ten|ten khach hang|khach hang)\b"
)
# What is often called after people, and is none.
THING_WORDS = re.compile(
    r"\b(brand|marque|enseigne|marke|thuong hieu|nhan hang|product|produit|produkt|san pham|store"
    r"|shop|magasin|boutique|filiale|chi nhanh|cua hang|city|town|ville|stadt|thanh pho)\b"
)
IDENTITY_WORDS = re.compile(
    r"\b(nino|ni (number|no)|national (insurance|id)|social security|ssn|passport|id card"
    r"|securite sociale|n ss|nir|passeport|carte d identite|piece d identite|cni"
    r"|sozialversicherung\w*|steuer ?id\w*|personalausweis\w*|ausweis\w*|reisepass\w*"
    r"|cccd|cmnd|can cuoc|chung minh|ho chieu|dni|codice fiscale)\b"
)
LOGIN_WORDS = re.compile(
    r"\b(login|log in|username|user|user (id|name)|identifiant|utilisateur|benutzer"
    r"|benutzername|kennung|anmeldename|ten đang nhap|tai khoan)\b"
)
# Of several people, so that no name of one stands there.
GROUP_WORDS = re.compile(r"\b(group|groupe|team|equipe|department|service|queue|gruppe|type|id)\b")
# What a desk is called, and no person.
DESK_WORDS = frozenset(
    "back front office desk support service services team equipe group groupe helpdesk help "
    "hotline call center centre accueil bureau agence sav reception vertrieb kundendienst "
    "innendienst technik abteilung billing sales logistics night day shift tier level line "
    "system bot robot automation auto api web chat phone queue pool north south east west nord "
    "sud est ouest marketing it hr rh admin administration resolver agent store shop boutique "
    "magasin filiale management manager operations dispatch premium standard vip unassigned "
    "none other gold silver business private new ltd limited gmbh ag kg sa sas sarl inc llc plc "
    "bv spa co trust hospital bank university nhs".split()
)
BIRTH_WORDS = re.compile(
    r"\b(birth|birthday|birthdate|dob|born|naissance|ne le|nee le|anniversaire|geburt\w*|geboren"
    r"|ngay sinh|nacimiento)\b"
)
ADDRESS_WORDS = re.compile(
    r"\b(address|adresse|anschrift|street|rue|strasse|wohnort|wohnsitz|domicile|residence|đia chi"
    r"|dia chi|noi (o|cu tru)|(thuong|tam) tru|direccion)\b"
)
IP_WORDS = re.compile(r"\b(ip|ipv4|ipv6|host|remote|client address)\b")
NUMBERED_WORDS = re.compile(
    r"\b(version|release|build|topic|theme|sujet|category|categorie|thema|chapter|section|firmware"
    r"|phien ban|chu đe)\b"
)
TEXT_WORDS = re.compile(
    r"\b(subject|title|description|comment|comments|message|body|note|notes|feedback|remark"
    r"|remarks|sujet|objet|titre|commentaire|commentaires|remarque|remarques|texte|text|verbatim"
    r"|betreff|kommentar|kommentare|bemerkung|bemerkungen|anmerkung|beschreibung|nachricht"
    r"|ghi chu|noi dung|nhan xet|mo ta|tieu đe)\b"
)
PATH = re.compile(r"\s(>|»|→|/|\|)\s|::|>|(\w/\w.*){2}|\w/\w")
LONG_TEXT, LONG_WORDS, FEW = 60, 3, 5
YEARS_OF_BIRTH = 15  # apart, and before 2005: no export's own dates


def of_column(header: str, values: Sequence[str], *, is_id: bool = False) -> str | None:
    """Return what makes a column personal, a key of `personal.WHY`; None where nothing does.

    `values` are some of its cells, none of them empty. Ids hold no names and no free text.
    """
    if not values:
        return None
    words, distinct = normal(header), list(dict.fromkeys(value.strip() for value in values))
    for why, share, found in _KINDS:
        if is_id and why in ("name", "text", "birth", "address"):
            continue
        if found(words, values, distinct, share):
            return why
    return None


def _share(values: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(bool(fits(value.strip())) for value in values) / len(values) if values else 0.0


def _exceed(values: Sequence[str], fits: Callable[[str], object], share: float) -> bool:
    """Whether more than a share of the values fits; the rest is not asked once it does not."""
    fitting = len(values)
    for value in values:
        fitting -= not fits(value.strip())
        if fitting / len(values) <= share:
            return False
    return bool(values)


def _emails(words: str, values: Sequence[str], _distinct: Sequence[str], share: float) -> bool:
    return not MESSAGE_ID.search(words) and _share(values, EMAIL.fullmatch) >= share


def _ips(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    if NUMBERED_WORDS.search(words) or _share(values, _is_ip) < SHARE:
        return False
    # A version's numbers are small; those of addresses seldom are.
    return bool(IP_WORDS.search(words)) or _share(distinct, _has_large_number) >= share


def _phones(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    some = [value for value in distinct if not DATE.match(value)][:MOST_ASKED]
    if not some:
        return False
    if PHONE_WORDS.search(words) and _share(some, DIGITS.fullmatch) >= SHARE:
        return True
    if REFERENCE_WORDS.search(words):
        return _share(some, lambda value: value[0] == "+" and _is_abroad(value)) >= SHARE
    written = [value for value in some if WRITTEN_PHONE.fullmatch(value)]
    if len(written) >= share * len(distinct[:MOST_ASKED]):
        return _most_of_one_region(written, SHARE)
    # Without groups it is a number like any other, unless nearly all are one country's.
    bare = len(some) >= FEW and not NUMBER_WORDS.search(words)
    return bare and _most_of_one_region(some, 0.9)


def _most_of_one_region(values: Sequence[str], share: float) -> bool:
    """Whether nearly all values can be called, those without their country all in the same one."""
    could = [value for value in values if DIGITS.fullmatch(value)]
    abroad = [value for value in could if value.startswith(("+", "00"))]
    here = [value for value in could if value[0] in "0(" or re.search(r"\d[ .-]\d", value)]
    here = [value for value in here if value not in abroad]
    least = share * len(values) - sum(map(_is_abroad, abroad))
    if len(abroad) + len(here) < share * len(values):
        return False
    return least <= 0 or any(sum(is_phone(v, r) for v in here) >= least for r in REGIONS)


def _is_abroad(text: str) -> bool:
    return text.startswith(("+", "00")) and is_phone("+" + text.lstrip("+0"), None)


def is_phone(text: str, region: str | None) -> bool:
    """Whether a text is a number that can be called, of a region or with its country before it."""
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False


def _accounts(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    some = distinct[:MOST_ASKED]
    return _share(some, is_iban) >= share or _share(some, _is_card) >= SHARE


def is_iban(text: str) -> bool:
    """Whether a text is the number of a bank account, with its two check digits right."""
    from stdnum import iban

    return bool(IBAN.fullmatch(text)) and bool(iban.is_valid(text))


def _is_card(text: str) -> bool:
    from stdnum import luhn

    digits = re.sub(r"[ -]", "", text)
    return bool(re.fullmatch(r"[3-6]\d{12,18}", digits)) and bool(luhn.is_valid(digits))


def _identities(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    some = [v for v in distinct[:MOST_ASKED] if IDENTITY_SHAPE.fullmatch(v) and not DATE.match(v)]
    if len(some) < max(share * len(distinct[:MOST_ASKED]), 2):
        return False
    if IDENTITY_WORDS.search(words):
        return True
    names = IDENTITY + (WEAK_IDENTITY if len(some) >= ENOUGH else ())
    return any(_exceed(some, _identity(name).is_valid, share) for name in names)


@cache
def _identity(name: str) -> Any:
    return import_module(f"stdnum.{name}")


def _births(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    if _share(values, DATE.match) < share:
        return False
    years = [int(year) for value in distinct for year in re.findall(r"(?:19|20)\d\d", value)]
    far = bool(years) and max(years) - min(years) >= YEARS_OF_BIRTH and median(years) < 2005
    return far or bool(BIRTH_WORDS.search(words))


def _addresses(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    def is_address(value: str) -> bool:
        plain = normal(value)
        numbered = bool(re.search(r"\d", plain)) and len(plain.split()) >= 2
        return numbered and bool(STREET.search(plain) or ADDRESS_WORDS.search(words))

    return not _are_paths(distinct) and _share(distinct, is_address) >= share


def _names(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    """Whether a column names people: its header says so, or well-known first names stand in it."""
    if LOGIN_WORDS.search(words) and _share(distinct, _is_login) >= share:
        return True
    people = [value for value in distinct if _is_name(value)]
    of_several = bool(GROUP_WORDS.search(words))
    if PERSON_WORDS.search(words) and not of_several:
        return len(people) + sum(map(_is_login, distinct)) >= share * len(distinct) and any(
            map(_is_no_desk, distinct)
        )
    if THING_WORDS.search(words):
        return False
    known = [value for value in people if len(normal(value).split()) > 1 and _has_first_name(value)]
    enough = max(3, (0.6 if of_several else 0.3) * len(distinct))
    return len(known) >= enough and len(people) >= 0.8 * len(distinct)


def _is_name(value: str) -> bool:
    return bool(NAME.fullmatch(NUMBER_BEHIND.sub("", value))) and _is_no_desk(value)


def _is_no_desk(value: str) -> bool:
    return not DESK_WORDS & set(normal(value).split())


def _is_login(value: str) -> bool:
    return bool(LOGIN.fullmatch(value)) and _is_no_desk(value)


def _has_first_name(value: str) -> bool:
    return bool(FIRST_NAMES & set(normal(value).split()))


def _texts(words: str, values: Sequence[str], distinct: Sequence[str], share: float) -> bool:
    """Whether cells are written by hand: nearly all differ, and they are long, or named so."""
    if len(values) < FEW or len(distinct) < share * len(values):
        return False
    if _are_paths(distinct):
        return False
    if median(len(value) for value in values) >= LONG_TEXT:
        return True
    return bool(TEXT_WORDS.search(words)) and median(len(v.split()) for v in values) >= LONG_WORDS


def _are_paths(distinct: Sequence[str]) -> bool:
    """Whether values are the ways to categories, such as `Billing > Refunds`."""
    return _share(distinct, PATH.search) >= 0.8


def _is_ip(value: str) -> bool:
    if "." not in value and ":" not in value:
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _has_large_number(value: str) -> bool:
    return ":" in value or any(int(number) > 99 for number in re.findall(r"\d+", value)[1:])


_KINDS: tuple[tuple[str, float, Callable[..., bool]], ...] = (
    ("email", SOME, _emails),
    ("ip", SHARE, _ips),
    ("account", SOME, _accounts),
    ("birth", SHARE, _births),
    ("phone", SOME, _phones),
    ("identity", SHARE, _identities),
    ("address", SHARE, _addresses),
    ("name", SHARE, _names),
    ("text", SHARE, _texts),
)

# Single cells

# What a cell that is kept must not hold, as DuckDB finds the cells that may.
CANDIDATE = (
    r"[^\s@]+@[^\s@]+\.[A-Za-z]{2}|(\+|\b00)\d[\d ().\-/]{7,}\d"
    r"|\(?\b0\d{1,4}\)?[ .\-/]\d[\d .\-/]{4,}\d|\b[A-Za-z]{2}\d{2}[ A-Za-z0-9]{11,}"
)
EMAIL_WITHIN = re.compile(r"<?[^\s@<>,;:()]+@[^\s@<>,;:()]+\.[a-z]{2,}>?", re.IGNORECASE)
PHONE_WITHIN = re.compile(
    r"(?:\+|\b00)\d[\d ().\-/]{7,}\d|\(?\b0\d{1,4}\)?[ .\-/]\d[\d .\-/]{4,}\d"
)
IBAN_WITHIN = re.compile(
    r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b", re.IGNORECASE
)


def masked(text: str, is_number: Callable[[str], bool] | None = None) -> str:
    """Return a text without the e-mail addresses, phone numbers and accounts that stand in it.

    `is_number` says of what may be a phone number whether it is one.
    """
    is_number = is_number or _is_any_phone
    text = EMAIL_WITHIN.sub(MASK, text)
    text = IBAN_WITHIN.sub(lambda found: MASK if is_iban(found[0]) else found[0], text)
    return PHONE_WITHIN.sub(lambda found: MASK if is_number(found[0]) else found[0], text)


def masks(texts: Iterable[str]) -> dict[str, str]:
    """Return what becomes of those of the texts in which something has to be masked."""
    found = list(texts)
    # So many numbers are no strays: they are the company's own, but for those with a country.
    many = sum(bool(PHONE_WITHIN.search(text)) for text in found) > MOST_NUMBERS
    is_number = _has_country if many else _is_any_phone
    return {text: hidden for text in found if (hidden := masked(text, is_number)) != text}


def _has_country(text: str) -> bool:
    return text.lstrip().startswith("+")


def _is_any_phone(text: str) -> bool:
    text = text.strip()
    if text.startswith(("+", "00")):
        return _is_abroad(text)
    enough = len(re.findall(r"\d", text)) >= 9 and not DATE.match(text)
    return enough and any(is_phone(text, region) for region in REGIONS)
