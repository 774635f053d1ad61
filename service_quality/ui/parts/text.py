"""Texts on a page: what came from users is shown as text, never as markdown or HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

import streamlit as st

MARKUP = re.compile(r"([\\`*_{}\[\]<>$~:|#&])")
# At the start of a line these begin a list, a rule or a heading.
BLOCK = re.compile(r"(?m)^(\s*)([-+](?=\s)|[-=]+(?=\s*$)|\d+(?=[.)](?:\s|$)))")
# What Streamlit turns into links, arrows and emoji even where it is escaped.
MAGIC = re.compile(r"(www(?=\.)|:(?=//)|@|-(?=[->])|<(?=[-=])|>(?==)|~(?==)|:(?=\w+:))")
WORD_JOINER = "\u2060"

CSS = """<style>
.block-container, [data-testid=stMainBlockContainer] {padding-top: 3.6rem; max-width: 1180px;}
@media (min-width: 1000px) {[data-testid=stMainBlockContainer] {padding-top: 1.1rem;}
  [data-testid=stHeader] {background: transparent;}
  [data-testid=stHeader], [data-testid=stHeader] * {pointer-events: none;}
  [data-testid=stHeader] button, [data-testid=stHeader] button * {pointer-events: auto;}}
[data-testid=stMainBlockContainer] > [data-testid=stVerticalBlock] {gap: .55rem;}
[data-testid=stSidebarUserContent] {padding-top: 0;}
h1.finding {font-size: clamp(1.45rem, 2.4vw, 1.9rem); line-height: 1.2; font-weight: 650;
  margin: 0; padding: 0.1rem 0 0.2rem; text-wrap: balance; overflow-wrap: anywhere;}
h2.part {font-size: 1.12rem; font-weight: 650; margin: 0.6rem 0 0; padding: 0;
  overflow-wrap: anywhere;}
h2.chart {font-size: 1rem; font-weight: 600; margin: 0; padding: 0; overflow-wrap: anywhere;}
p.sub, p.last, p.small {margin: 0; opacity: 0.78; overflow-wrap: anywhere;}
p.last {border-top: 1px solid rgba(139,146,156,.4); padding-top: .6rem; margin-top: 1.2rem;}
p.small, span.small {font-size: 0.85rem;} span.small {opacity: .78;}
p.word {margin: 0; white-space: nowrap;}
p.step {margin: 0; opacity: .85; overflow-wrap: anywhere;}
[class*=st-key-closed-] {flex-wrap: nowrap !important;}
[class*=st-key-closed-] > :first-child {min-width: 0;}
@media (min-width: 1000px) {.st-key-below {flex-wrap: nowrap !important;}
  .st-key-below > :first-child {min-width: 0;} .st-key-below > :last-child {flex: none;}}
[class*=st-key-closed-] [data-testid=stHtml] {margin: 0;}
p.signs {margin: 0; font-weight: 600; white-space: pre-wrap; overflow-wrap: anywhere;}
h2.verdict {font-size: 1rem; font-weight: 600; margin: 0; padding: 0; overflow-wrap: anywhere;}
p.how {margin: 0; font-size: .92rem;}
div.known {display: flex; flex-direction: column; gap: .55rem; align-items: flex-start;}
div.known hr {width: 100%; margin: .6rem 0;} div.known a {color: inherit; padding: .25rem 0;}
div.known table {max-width: 34rem;}
table.how {width: 100%; border-collapse: collapse; font-size: .9rem; margin: .2rem 0;}
table.how caption {text-align: left; font-size: .85rem; opacity: .78; padding-bottom: .2rem;}
table.how th, table.how td {padding: .2rem 0; vertical-align: top; overflow-wrap: anywhere;
  border: 0; border-top: 1px solid rgba(139,146,156,.3);}
table.how th {text-align: left; font-weight: 400; padding-right: 1rem;}
table.how td {text-align: right; font-variant-numeric: tabular-nums;}
[data-testid=stPopoverBody] {max-width: min(56rem, 94vw);}
[data-testid=stPopoverBody]:has([data-testid=stDataFrame]) {width: 56rem;}
p.how, table.how, h2.verdict {max-width: 34rem;}
img.spark {width: 100%; height: auto; display: block;}
[data-testid=stSidebar] hr {margin: .6rem 0;}
[data-testid=stPageLink] p {white-space: normal;}
[data-testid=stMain] [data-testid=stVerticalBlock] [data-testid=stPageLink] a {padding-left: 0;}
p.banner {margin: 0; padding: .3rem .8rem; border-radius: .5rem; font-size: .9rem;
  background: rgba(42,127,193,.14);}
.grid {display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 14px 22px;}
.grid figure {margin: 0;} .grid figcaption {display: flex; justify-content: space-between;
  gap: .6rem; font-size: .85rem; overflow-wrap: anywhere;}
.grid figure.focus figcaption {font-weight: 700;} .grid a {color: inherit;}
ul.legend {display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; margin: 0;
  padding: 0; font-size: .85rem;}
ul.legend li {margin: 0; display: flex; align-items: center; gap: .45rem; overflow-wrap: anywhere;}
ul.legend img {flex: none; width: 34px; height: 8px;}
.share {display: flex; gap: .5rem; justify-content: flex-end; flex-wrap: wrap;}
.share button {font: inherit; font-size: .9rem; padding: .25rem .8rem; border-radius: .5rem;
  border: 1px solid rgba(139,146,156,.6); background: transparent; color: inherit; cursor: pointer;}
.share button:hover, .share button:focus-visible {border-color: #2a7fc1; color: #2a7fc1;}
.share input {flex: 1 1 7rem; min-width: 0; font: inherit; font-size: .8rem; padding: .25rem .5rem;
  border-radius: .5rem; border: 1px solid rgba(139,146,156,.4); background: transparent;
  color: inherit; opacity: .8;}
ul.promises {list-style: none; margin: 0; padding: 0;}
ul.promises li {display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0; padding: .6rem 0;
  border-top: 1px solid rgba(139,146,156,.3);}
ul.promises li > div:first-child {flex: 1 1 24rem; min-width: 0;}
ul.promises div.verdict {flex: 0 1 14rem; min-width: 10rem;}
ul.promises p {margin: 0; overflow-wrap: anywhere;} ul.promises p.words {font-weight: 600;}
ul.promises div.verdict p {font-weight: 600; margin-bottom: .3rem;}
div.bar {position: relative; height: .55rem; background: rgba(139,146,156,.25);
  border-radius: 2px;}
div.bar i {display: block; height: 100%; border-radius: 2px;}
div.bar b {position: absolute; top: -.2rem; bottom: -.2rem; width: 2px; background: currentColor;}
ol.look {display: grid; grid-template-columns: repeat(3, 1fr); gap: .7rem; list-style: none;
  margin: .2rem 0 0; padding: 0;}
ol.look li {margin: 0; padding: .25rem .7rem; border-left: 3px solid #8b929c; min-width: 0;
  background: rgba(139,146,156,.1); overflow-wrap: anywhere;}
ol.look li.worse {border-color: #d55e00; background: rgba(213,94,0,.09);}
ol.look a {font-weight: 650; color: inherit; text-decoration: none;}
ol.look a:hover, table.score a:hover {text-decoration: underline;}
table.score {width: 100%; border-collapse: collapse; font-size: .95rem; line-height: 1.3;}
table.score th, table.score td {border: 0; border-bottom: 1px solid rgba(139,146,156,.22);
  padding: .2rem .5rem; text-align: left; vertical-align: middle; font-weight: 400;}
table.score thead th {font-size: .82rem; opacity: .85; vertical-align: bottom;}
table.score tr.group th {font-size: .8rem; font-weight: 650; letter-spacing: .03em; opacity: .85;
  padding-top: .35rem; padding-bottom: 0;}
table.score a {color: inherit; text-decoration: none;}
/* A thumb needs 24 pixels. Inline, for before a box a line may break in spite of the space. */
table.score .what a {opacity: .75; font-size: .8rem; padding: 5px 10px;}
table.score :is(.now, .change, .others, .n) {text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums;}
/* With the others beside it a table has one column more. */
table.score:has(.others) :is(.others, .n .small) {white-space: normal;}
table.score td.now {font-size: 1.15rem; font-weight: 650;}
table.score tbody th {min-width: 12.5rem;}
table.score .months {width: 8.6rem; min-width: 7rem;} table.score .promised {width: 8.5rem;}
@media (max-width: 1400px) {table.score .n .small {white-space: normal;}
  table.score .months, table.score .promised {width: 7.5rem;}
  [data-testid=stMainBlockContainer] {padding-left: 2.5rem; padding-right: 2.5rem;}}
table.score td, table.score tbody th {padding-top: .05rem; padding-bottom: .05rem;}
table.score div.kept {display: flex; align-items: center; gap: .5rem; font-size: .82rem;}
table.score div.kept .bar {flex: 1 1 auto; min-width: 3rem;} div.bar i {background: #5d7896;}
table.score .phone {display: none;}
table.score td.worse {color: var(--worse); font-weight: 600;}
span.pill {display: inline-block; padding: 0 .6rem; border-radius: 1rem; font-size: .85rem;
  border: 1px solid rgba(139,146,156,.6); white-space: nowrap;}
span.pill.worse {color: var(--worse); border-color: var(--worse); font-weight: 650;}
span.pill.better {color: var(--better); border-color: var(--better); font-weight: 650;}
span.pill.higher, span.pill.lower {font-weight: 650;}
span.pill.few, span.pill.early, span.pill.maybe {border-style: dashed;}
:root {--worse: light-dark(#a34700, #f0914a); --better: light-dark(#17649f, #6db3e8);}
/* Too faint for small words: the tones of lines, Streamlit's grey of axes, its blue of buttons. */
.js-plotly-plot text[style*="rgb(213, 94, 0)"] {fill: var(--worse) !important;}
.js-plotly-plot text[style*="rgb(42, 127, 193)"] {fill: var(--better) !important;}
.js-plotly-plot text:is([style*="rgb(139, 146, 156)"], [style*="rgb(128, 132, 149)"])
  {fill: light-dark(#5c6070, #a3aab4) !important;}
button[kind=tertiary]:is(:hover, :focus, :active) {color: var(--better) !important;}
/* Streamlit shows a focus by a ground, which the page that one is on has anyway. */
:is([data-testid=stPageLink] a, button[kind=tertiary]):focus-visible
  {outline: 2px solid var(--better) !important; outline-offset: -2px;}
.st-key-chips {display: none;}
@media screen and (max-width: 768px) {
  .st-key-chips {display: flex; gap: .4rem;}
  .st-key-chips button {border-radius: 1rem; padding: .2rem .8rem; font: inherit; min-height: 2rem;
    font-size: .85rem; border: 1px solid rgba(139,146,156,.6); background: transparent;
    color: inherit;}
  .st-key-chips p {font-size: .85rem;}
  .st-key-example-banner {flex-wrap: nowrap;}
}
@media screen and (max-width: 820px) {
  table.score thead {display: none;}
  table.score tbody {display: grid; grid-template-columns: 1fr 1fr; gap: .6rem;}
  table.score tr.group, table.score tr.group th {display: block; grid-column: 1 / -1;
    border: 0; padding: .5rem 0 0;}
  table.score tbody th {min-width: 0;} [data-testid=stMainBlockContainer] {padding: 3.6rem 1rem;}
  table.score tr:not(.group) {display: flex; flex-direction: column; gap: .15rem; min-width: 0;
    padding: .5rem .6rem; border: 1px solid rgba(139,146,156,.35); border-radius: .5rem;}
  table.score tr:not(.group) > * {border: 0; padding: 0; text-align: left; width: auto;
    overflow-wrap: anywhere; white-space: normal;}
  table.score td:is(.promised:has(> span), :is(.others, .n):has(> span[aria-hidden])) {
    display: none;}
  table.score .phone {display: inline; font-size: .82rem; opacity: .85;}
  table.score td.n::before {content: "n = ";} table.score td.n {font-size: .82rem; opacity: .85;}
  ol.look {grid-template-columns: 1fr;}
}
.closed {display: flex; flex-direction: column; gap: .55rem;}
.closed details {border: 1px solid rgba(139,146,156,.35); border-radius: .5rem;
  padding: 0 .9rem; overflow-wrap: anywhere;}
.closed details[open] {padding-bottom: .8rem;}
.closed summary {padding: .5rem 0; cursor: pointer;}
.closed summary:hover {color: var(--better);}
.closed p {margin: .35rem 0 0;} .closed p.sub {margin: 0;}
ul.plain {margin: 0; padding-left: 1.2rem;} ul.plain li {overflow-wrap: anywhere;}
[data-testid=stMetric] {padding: 0;}
table.paper {display: none;}
@page {margin: 12mm;}
@media print {
  /* Charts keep the width that the screen gave them: the page is made small enough for it. */
  [data-testid=stMainBlockContainer] {zoom: .6; max-width: none; padding: 0 !important;}
  [data-testid=stSidebar], [data-testid=stHeader], .share, [data-testid=stButton],
  [data-testid=stDownloadButton], [data-testid=stPopover], [data-testid=stExpander]
    {display: none !important;}
  /* Paper cannot be clicked. */
  .closed details::details-content {content-visibility: visible; block-size: auto;}
  .closed details {border: 0; padding: 0;} .closed summary {list-style: none; font-weight: 600;}
  [data-testid=stPlotlyChart], table.score tr, ul.promises li, ol.look, .grid figure
    {break-inside: avoid;}
  h2.part, h2.chart, ul.legend {break-after: avoid;}
  [data-testid=stHorizontalBlock]:has(> [data-testid=stColumn])
    {display: flex !important; flex-wrap: nowrap !important;}
  [data-testid=stColumn] {min-width: 0 !important;}
  /* Paper is white whatever the screen is, and browsers print no backgrounds. */
  :root, .stApp {color-scheme: light !important;}
  html, body, .stApp, [data-testid=stAppViewContainer], [data-testid=stMain]
    {background: #fff !important;}
  [data-testid=stMain] :is(div, input, button) {background-color: transparent !important;}
  [data-testid=stMain] * {color: #1d2430 !important;}
  [data-testid=stMain] :is(.worse, .worse *) {color: var(--worse) !important;}
  [data-testid=stMain] :is(.better, .better *) {color: var(--better) !important;}
  .js-plotly-plot text:not([style*="rgb(213, 94, 0)"], [style*="rgb(42, 127, 193)"])
    {fill: #1d2430 !important;}
  table.paper {display: table; width: 100%; border-collapse: collapse; font-size: .95rem;}
  table.paper th, table.paper td {text-align: left; padding: .15rem .5rem; vertical-align: top;
    border: 0; border-bottom: 1px solid rgba(139,146,156,.4); overflow-wrap: break-word;}
  table.paper :is(.number, .short) {white-space: nowrap;} table.paper .number {text-align: right;}
  table.paper thead {display: table-header-group;} table.paper tr {break-inside: avoid;}
  [data-testid=stElementContainer]:has([data-testid=stDataFrame]):has(+ * table.paper)
    {display: none !important;}
}
</style>"""


def md(value: object) -> str:
    """Return a text that markdown shows as it is, dollar signs, colons and addresses included."""
    joined = MAGIC.sub(rf"\1{WORD_JOINER}", str(value))
    return BLOCK.sub(rf"\1{WORD_JOINER}\2", MARKUP.sub(r"\\\1", joined))


def say(words: str, kind: str = "sub", tag: str = "p") -> None:
    """Show a sentence as plain text in one of the styles above; nothing for an empty one."""
    if words:
        st.html(line(words, kind, tag))


def line(words: str, kind: str = "sub", tag: str = "p") -> str:
    """Return the HTML of what `say` shows."""
    return f'<{tag} class="{kind}">{html.escape(words)}</{tag}>'


def closed(title: str, inside: Iterable[str], *, opened: bool = False) -> str:
    """Return the HTML of a closed part that a click on its title opens; what is inside is HTML.

    A page of many shows them as one element: Streamlit's own take a message for every line.
    """
    state = " open" if opened else ""
    return f"<details{state}><summary>{html.escape(title)}</summary>{''.join(inside)}</details>"


def list_closed(shown: Iterable[str]) -> None:
    """Show closed parts below each other."""
    st.html(f'<div class="closed">{"".join(shown)}</div>')


def warn(words: str) -> None:
    """Show a word of caution, as text; nothing for an empty one."""
    if words:
        st.warning(md(words))


def heading(words: str) -> None:
    """Show the heading of a part of the page."""
    say(words, "part", "h2")


def caption(words: str) -> None:
    """Show a small line, such as what a number does not measure."""
    say(words, "small")
