"""A page by mail: who reads it leaves an address, an administrator a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from service_quality.base import audit, language, settings
from service_quality.base import mail as mail_file
from service_quality.base.access import Role
from service_quality.base.errors import DamagedError, UsageError
from service_quality.base.language import N_, _
from service_quality.base.mail import Mail
from service_quality.findings.mail import subscriptions, watch
from service_quality.findings.mail.subscriptions import Subscription
from service_quality.ui.frame import signin
from service_quality.ui.frame.data import Source
from service_quality.ui.parts.text import caption, md, say

MONTHLY, SIGNALS = "month", "signal"
WHEN = {
    MONTHLY: N_("Every month, once it is complete"),
    SIGNALS: N_("Only when something is not chance"),
}


def by_mail(page: str, state: Mapping[str, Sequence[str]], source: Source) -> None:
    """Offer a page with its filters by mail; nothing where that is off, or the data are not ours.

    Off is the whole until there is a `mail.toml`, and the app knows its own address.
    """
    mail = None if source.example or source.pinned else _on(source)
    if mail is None:
        return
    # Here, and not above: where it is off, a first page waits for no other page's findings.
    from service_quality.findings.mail import pages
    from service_quality.findings.views import VIEWS

    if page not in VIEWS or not VIEWS[page].measures(state):
        return
    query = pages.kept(page, state)
    with st.popover(_("By mail"), type="tertiary", icon=":material/mail:", key="by-mail"):
        text = _("“{page}” by mail, with the report attached.")
        say(text.format(page=pages.named(page, query)))
        try:
            if mail.host:
                _address(mail, page, query, source)
            if mail.channels and signin.may(Role.ADMINISTRATOR):
                _channel(mail, page, query, source)
        except DamagedError as error:
            st.error(md(error))


def _on(source: Source) -> Mail | None:
    try:
        mail = mail_file.load(source.folder)
        known = mail_file.home(settings.load(source.folder), signin.access())
    except UsageError:
        return None  # Data and the log say why
    return mail if known else None


def _address(mail: Mail, page: str, query: dict[str, list[str]], source: Source) -> None:
    """Offer it to whoever is signed in; where nobody is, to an address that will be asked."""
    person, claims = signin.me(), signin.remembered()
    if claims is None:
        _to_any(mail, page, query, source)
        return
    to = person.email if person else ""
    if not mail.writes_to(to):
        caption(_("Your sign-in does not name an address that mails may go to."))
        return
    mine = _mine(source, to, claims)
    wanted = _new(to, page, query, claims=claims, confirmed=True)
    there = next((each for each in mine if each.same_view(wanted)), None)
    if there:
        when = _(WHEN[SIGNALS if there.signals else MONTHLY])
        say(_("{address} gets this page: {when}.").format(address=to, when=_small(when)))
        if st.button(_("End it"), key="by-mail-end"):
            subscriptions.end(source.folder, there.key)
            st.rerun()
        return
    with st.form("by-mail-form", border=False):
        signals = _when("by-mail-when")
        words = _("Send it to {address}").format(address=md(to))
        if st.form_submit_button(words, key="by-mail-send"):
            _add(source, replace(wanted, signals=signals))
            st.rerun()


def _to_any(mail: Mail, page: str, query: dict[str, list[str]], source: Source) -> None:
    with st.form("by-mail-form", border=False, clear_on_submit=True):
        to = st.text_input(_("Your e-mail address"), key="by-mail-to", autocomplete="email")
        signals = _when("by-mail-when")
        sent = st.form_submit_button(_("Send it to me"), key="by-mail-send")
    if not sent:
        caption(_("You are asked by mail first; each mail has a link that ends them."))
        return
    to = to.strip()
    if not mail_file.is_address(to):
        st.error(_("This is not an e-mail address."))
    elif not mail.writes_to(to):
        domains = ", ".join(mail.domains)
        st.error(md(_("Mails go to addresses of {domains} alone.").format(domains=domains)))
    else:
        try:
            _add(source, _new(to, page, query, signals=signals))
        except UsageError as error:
            st.error(md(error))
        else:
            text = _("A mail is on its way to {address}: open its link to confirm.")
            st.success(md(text.format(address=to)))


def _channel(mail: Mail, page: str, query: dict[str, list[str]], source: Source) -> None:
    with st.expander(_("To a channel instead")), st.form("by-mail-channel", border=False):
        label = _("Webhook of the channel (Teams, Slack, Mattermost)")
        url = st.text_input(label, key="by-mail-url")
        signals = _when("by-mail-channel-when")
        sent = st.form_submit_button(_("Send it to the channel"), key="by-mail-channel-send")
    if not sent:
        return
    signin.require(Role.ADMINISTRATOR)
    if not mail.posts_to(url.strip()):
        hosts = ", ".join(mail.channels)
        text = _("The webhook has to be an https address of one of: {hosts}.")
        st.error(md(text.format(hosts=hosts)))
        return
    claims = signin.remembered()
    new = _new(url.strip(), page, query, signals=signals, claims=claims, confirmed=True)
    new = _add(source, replace(new, channel=True))
    what = subscriptions.masked(new)
    audit.write(source.folder, signin.now(), signin.name(), audit.CHANGED_SETTINGS, what)
    st.success(_("The channel gets this page from the next month on."))


def _when(key: str) -> bool:
    """Return whether only what is not chance is wanted."""
    chosen = st.radio(_("When"), list(WHEN), format_func=lambda when: _(WHEN[when]), key=key)
    return chosen == SIGNALS


def _mine(source: Source, to: str, claims: dict[str, object]) -> list[Subscription]:
    """Return what an address gets; what the sign-in says of its reader now is remembered."""
    found = subscriptions.read(source.folder)
    mine = [each for each in found if not each.channel and each.to.casefold() == to.casefold()]
    for each in mine:
        if each.claims not in (None, claims):
            subscriptions.change(source.folder, each.key, lambda e: replace(e, claims=claims))
    return [each for each in mine if each.claims is not None]


def _new(to: str, page: str, query: dict[str, list[str]], **more: object) -> Subscription:
    words: dict[str, object] = {"signals": False, **more}
    return Subscription(
        to=to,
        page=page,
        query=query,
        language=language.current_locale(),
        made=signin.now(),
        by=signin.name(),
        **words,  # type: ignore[arg-type]
    )


def _add(source: Source, new: Subscription) -> Subscription:
    """Add it, from the next month on: this one can be read here and now."""
    from service_quality.findings.mail import pages

    new = replace(new, after=pages.complete(new.page, new.query))
    added = subscriptions.add(source.folder, new, signin.now())
    watch.wake()
    return added


def _small(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"
