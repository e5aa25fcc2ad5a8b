"""Renders lines and pages of Hebrew and Arabic writing with their ground truth, to train and to try recognisers.

`fonts` finds what can be rendered, `texts` chooses what is written, `drawing` sets it in ink, `joints` varies
how letters are joined, `damage` ages it,
`lines` cuts single lines as a recogniser will see them, `pages` lays out whole pages, `samples` makes the shipped ones.
Everything is deterministic for a given random generator and given fonts.
"""

from __future__ import annotations
