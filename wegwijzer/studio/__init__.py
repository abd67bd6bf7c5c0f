"""The trainers' workbench: a local web page on top of wegwijzer.workbench."""
