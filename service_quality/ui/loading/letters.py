"""Who gets pages by mail, what became of the last one, and ending it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from service_quality.base import audit, language, settings
from service_quality.base import mail as mail_file
from service_quality.base.access import Role
from service_quality.base.errors import ServiceQualityError, UsageError
from service_quality.base.language import _
from service_quality.findings.mail import pages, subscriptions
from service_quality.findings.mail.subscriptions import CONFIRM, TITLES, Subscription
from service_quality.ui.frame import signin
from service_quality.ui.frame.data import current
from service_quality.ui.parts.tables import Columns, table
from service_quality.ui.parts.text import caption, heading, warn

MOST_SENTENCES = 6


def by_mail() -> None:
    """Show to those who publish what is sent to whom; an administrator can end it."""
    source = current()
    if source.example or not signin.may(Role.PUBLISHER):
        return
    try:
        mail, found = mail_file.load(source.folder), subscriptions.read(source.folder)
        known = mail_file.home(settings.load(source.folder), signin.access())
    except ServiceQualityError as error:
        heading(_("By mail"))
        warn(str(error))
        return
    if mail is None and not found:
        return
    heading(_("By mail"))
    if mail is None:
        warn(_("There is no mail.toml any more: nothing is sent."))
    elif not known:
        warn(mail_file.no_home())
    if not found:
        caption(_("Nobody has asked for a page by mail yet."))
        return
    rows = [_row(each) for each in found]
    # Whole, as cells are not: whoever runs the app has to read why.
    for row in [row for row in rows if row["why"]][:MOST_SENTENCES]:
        caption(_("{label}: ").format(label=row["to"]) + row["why"])
    table(rows, _columns(), "by-mail")
    if signin.may(Role.ADMINISTRATOR):
        _end(found)


def _row(each: Subscription) -> dict[str, str]:
    tried = each.attempt
    return {
        "to": subscriptions.masked(each),
        "page": pages.named(each.page, each.query),
        "when": _("only what is not chance") if each.signals else _("every month"),
        "language": language.LANGUAGES.get(each.language.partition("_")[0], each.language),
        "last": _last(each),
        "at": _moment(tried.at) if tried else "",
        "why": _why(each),
    }


def _last(each: Subscription) -> str:
    tried = each.attempt
    if tried is None:
        return ""
    of = _("mail to confirm") if tried.of == CONFIRM else language.month(tried.of)
    return _("{label}: ").format(label=of) + _(TITLES[tried.state])


def _why(each: Subscription) -> str:
    """Return what is in the way: it rests, it is not confirmed, the last try failed, data lack."""
    try:
        subscriptions.reader(each, signin.access(), signin.now())
    except UsageError as error:
        return str(error)
    tried = each.attempt
    if tried and tried.reason:
        again = tried.again
        if again is None:
            return tried.reason
        text = _("{why} Tried again on {moment}.")
        return text.format(why=tried.reason, moment=_moment(again))
    if not each.confirmed:
        return _("waits to be confirmed")
    return pages.awaited(each.page, each.query)


def _moment(at: datetime) -> str:
    """Return a moment by the clock that the data are read by."""
    return language.moment(at.astimezone(ZoneInfo(current().answers.settings.timezone)))


def _columns() -> Columns:
    return {
        "to": (_("To"), "text"),
        "page": (_("Page"), "text"),
        "when": (_("When"), "text"),
        "language": (_("Language"), "text"),
        "last": (_("Last mail"), "text"),
        "at": (_("On"), "text"),
        "why": (_("Remark"), "text"),
    }


def _end(found: list[Subscription]) -> None:
    names = {
        each.key: f"{subscriptions.masked(each)} · {pages.named(each.page, each.query)}"
        for each in found
    }
    with st.popover(_("End one of them")):
        chosen = st.selectbox(
            _("To whom, and which page"),
            list(names),
            format_func=lambda key: names.get(key, ""),
            key="by-mail-chosen",
        )
        if st.button(_("End it"), type="primary", key="by-mail-end-chosen"):
            signin.require(Role.ADMINISTRATOR)
            folder = current().folder
            subscriptions.end(folder, chosen)
            audit.write(folder, signin.now(), signin.name(), audit.CHANGED_SETTINGS, names[chosen])
            st.rerun()
