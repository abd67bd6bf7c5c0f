"""Wegwijzer: a question from a municipality in, the right support body out.

The way of a question, one module an arrow:
channel → danger → redaction → nlu → facets → matching → deciding → answering.
"""

__version__ = "0.1.0"
