"""The shared Streamlit pieces; with app.py and pages/, the only code that knows Streamlit."""
