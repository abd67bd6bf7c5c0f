"""Tests against a real PostgreSQL, Redis and RabbitMQ; see scripts/test-services."""
