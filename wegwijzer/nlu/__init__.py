"""Wegwijzer's parts of the Rasa pipeline, and the server that runs it.

Only this package and wegwijzer.channel import Rasa.
"""
