"""The demo: one company's working days on a real town, made by the same flows that people use."""
