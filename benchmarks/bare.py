"""The floor that pages are measured against: a bare Streamlit page with figures of constants.

Run by Streamlit, never imported. It has as many figures as the environment's BENCH_FIGURES says, of
the kind of BENCH_KIND: `plotly`, or `drawings`, SVG as in the app's tiles; and sentences, until it
has BENCH_ELEMENTS, if that is set. All of them change with the choice of a brand, in its box or in
the address.
"""

import os

import plotly.graph_objects as go
import streamlit as st

MONTHS = list(range(12))

st.set_page_config(layout="wide")
with st.sidebar:
    chosen = st.multiselect("Brand", [f"Brand {i:03d}" for i in range(256)])
chosen += st.query_params.get_all("brand")
shift = sum(map(len, chosen)) + sum(int(name[-3:]) for name in chosen)
columns, count = st.columns(3), int(os.environ["BENCH_FIGURES"])
for i in range(count):
    values = [(i * 7 + month * 5 + shift) % 23 for month in MONTHS]
    with columns[i % 3]:
        st.metric(f"Measure {i}", values[0], values[-1] - values[0])
        if os.environ["BENCH_KIND"] == "plotly":
            figure = go.Figure({"data": [{"type": "scatter", "x": MONTHS, "y": values}]})
            st.plotly_chart(figure, key=f"figure-{i}", height=120)
        else:
            points = " ".join(f"{x * 10},{y}" for x, y in zip(MONTHS, values, strict=True))
            line = f'<polyline points="{points}" fill="none" stroke="gray"/>'
            st.html(f'<svg viewBox="0 0 120 24">{line}</svg>')
for i in range(int(os.environ.get("BENCH_ELEMENTS", 0)) - 1 - 2 * count):
    st.html(f"<p>A sentence about measure {i}: {shift + i}</p>")
