"""The application around the engines: people correct what models predict, and models learn from what people correct."""

from __future__ import annotations

__version__ = "0.1.0"
