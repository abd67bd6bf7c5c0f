.DEFAULT_GOAL := help
.PHONY: help setup run chat train test lint evaluate lock

PYTHON := .venv/bin/python

help: ## deze lijst
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: ## zet .venv op met de vastgelegde bibliotheken
	@scripts/setup

run: setup ## start Wegwijzer (PORT=, HOST=, NL_MODEL=)
	@scripts/language-model
	@exec $(PYTHON) -m wegwijzer run

chat: setup ## praat in de terminal met een draaiende Wegwijzer
	@$(PYTHON) -m wegwijzer chat

train: setup ## train als het model niet bij de gegevens past
	@$(PYTHON) -m wegwijzer train

test: setup ## alle tests
	@scripts/test

lint: setup ## stijl
	@$(PYTHON) -m ruff check wegwijzer actions tests

evaluate: setup ## meet een draaiende Wegwijzer op tests/evaluation
	@$(PYTHON) -m wegwijzer evaluate

lock: setup ## leg de bibliotheken opnieuw vast in requirements.txt
	@scripts/lock
