.DEFAULT_GOAL := help
.PHONY: help setup run chat studio train test lint evaluate lock widget test-widget test-services e2e e2e-studio

PYTHON := .venv/bin/python

help: ## deze lijst
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: ## zet .venv op met de vastgelegde bibliotheken
	@scripts/setup

run: setup ## start Wegwijzer (PORT=, HOST=, NL_MODEL=)
	@scripts/language-model
	@exec $(PYTHON) -m wegwijzer run

chat: setup ## praat in de terminal met een draaiende Wegwijzer
	@$(PYTHON) -m wegwijzer chat

studio: setup ## start de werkbank voor trainers (PORT=, HOST=)
	@exec $(PYTHON) -m wegwijzer studio

train: setup ## train als het model niet bij de gegevens past
	@$(PYTHON) -m wegwijzer train

test: setup ## alle tests
	@scripts/test

test-services: setup ## tests met een echte PostgreSQL, Redis en RabbitMQ en meer werkers (installeert die als root)
	@scripts/test-services

lint: setup ## stijl
	@$(PYTHON) -m ruff check wegwijzer actions tests

evaluate: setup ## meet een draaiende Wegwijzer op tests/evaluation
	@$(PYTHON) -m wegwijzer evaluate

lock: setup ## leg de bibliotheken opnieuw vast in requirements.txt
	@scripts/lock

widget: setup ## bouw de chat opnieuw uit widget/ (vraagt Node.js)
	@scripts/widget

test-widget: setup ## tests van de chat, ook in een browser (vraagt Node.js en Chromium)
	@scripts/test-widget

e2e: setup ## de chat in een browser tegen een draaiende Wegwijzer, met schermafbeeldingen en tijden
	@scripts/e2e

e2e-studio: setup ## de werkbank in een browser: vraag, label, trainen, vergelijken, in gebruik, in een kleine kopie
	@scripts/e2e-studio
