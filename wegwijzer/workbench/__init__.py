"""The trainers' workbench without its web page: examples, models, comparison, history, links.

Nothing here imports Rasa. Errors that trainers meet are in Dutch and name file, line and what to do.
"""
