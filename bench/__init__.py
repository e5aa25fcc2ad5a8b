"""Measurements of the workbench; `python -m bench` prints `name value unit` and writes bench/results.json."""
