"""The channel: HTTP in, Rasa's list of messages out, and the chat page.

Order of a turn: intake → danger (sees the words as typed) → redaction → Rasa. Whatever
fails after the danger decision, an acute message still gets 112 first.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from wegwijzer import paths, sentences
from wegwijzer.answering import contract_record
from wegwijzer.catalogue import catalogue
from wegwijzer.danger import Danger, DangerDetector, DangerWatch
from wegwijzer.errors import ModelError
from wegwijzer.intake import Refusal, as_plain_text, read_question
from wegwijzer.language import DUTCH_MODEL, load_language
from wegwijzer.redaction import Redactor

logger = logging.getLogger(__name__)

_PAGE = Path(__file__).parent / "page"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def load_danger(folder: Path, signals: Path) -> DangerWatch:
    """Returns the danger decision, on signals alone when the trained one cannot be loaded."""
    try:
        return DangerWatch(DangerDetector.load(folder, signals), signals)
    except ModelError as error:
        logger.error(f"danger is decided on signals alone: {error}")
        return DangerWatch(None, signals)


def plain_answer(text: str, kind: str, confidence: float = 0.0) -> Dict[str, Any]:
    """Returns one message in the contract's form, without offers."""
    return {"text": text, "custom": contract_record(kind, confidence)}


def emergency_answer() -> Dict[str, Any]:
    """Returns the emergency answer that needs nothing but itself."""
    return plain_answer(f"{sentences.EMERGENCY}\n\n{sentences.EMERGENCY_NEXT}", "emergency", 1.0)


def one_message(messages: List[Dict[str, Any]], recipient: str) -> List[Dict[str, Any]]:
    """Joins what Rasa sends apart into one message: paragraphs, buttons and the custom part."""
    joined: Dict[str, Any] = {"recipient_id": recipient}
    texts = []
    for message in messages:
        if message.get("text"):
            texts.append(message["text"])
        joined.update({k: v for k, v in message.items() if k in {"buttons", "custom"}})
    joined["text"] = "\n\n".join(texts)
    return [joined]


class QuestionChannel(InputChannel):
    """POST /webhooks/rest/webhook {"sender", "message"}."""

    def __init__(self, danger: DangerWatch, redactor: Redactor) -> None:
        """Keeps what looks at a message before Rasa does."""
        self._danger = danger
        self._redactor = redactor

    @classmethod
    def name(cls) -> str:
        """Returns the name in the URL, that of Rasa's own channel."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> QuestionChannel:
        """Makes the channel from its part of credentials.yml."""
        settings = credentials or {}
        danger = load_danger(
            paths.ROOT / settings.get("danger_model", "models/gevaar"), paths.CATALOGUE / "gevaarsignalen.yml"
        )
        language = load_language(settings.get("language_model", DUTCH_MODEL))
        return cls(danger, Redactor(catalogue(), language))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes."""
        blueprint = Blueprint("wegwijzer_vragen")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            decides = "trained" if self._danger.trained else "signals"
            return response.json({"status": "ok", "danger": decides})

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                body = request.json
            except InvalidUsage:
                body = None
            question = read_question(body)
            typed = question.typed if isinstance(question, Refusal) else question.text
            loop = asyncio.get_running_loop()
            danger = await loop.run_in_executor(None, self._danger.assess, typed)
            if isinstance(question, Refusal):
                return self._refuse(question, danger)
            collector = CollectingOutputChannel()
            try:
                redacted = await loop.run_in_executor(None, self._redactor.redact, question.text)
                message = UserMessage(
                    as_plain_text(redacted.text),
                    collector,
                    question.sender,
                    input_channel=self.name(),
                    metadata={
                        "acute": danger.acute,
                        "danger_score": round(danger.score, 4),
                        "explain": question.explain,
                    },
                )
                await on_new_message(message)
            except Exception:
                logger.error("a turn failed; the user gets an honest message", exc_info=True)
            return response.json(self._reply(collector.messages, question.sender, danger))

        return blueprint

    @staticmethod
    def _refuse(refusal: Refusal, danger: Danger) -> HTTPResponse:
        if danger.acute:
            return response.json([emergency_answer()])
        return response.json([plain_answer(refusal.text, "smalltalk")], status=refusal.status)

    @staticmethod
    def _reply(messages: List[Dict[str, Any]], sender: str, danger: Danger) -> List[Dict[str, Any]]:
        answered = bool(messages)
        reply = (
            one_message(messages, sender) if answered else [plain_answer(sentences.UNAVAILABLE, "smalltalk")]
        )
        kind = reply[0].get("custom", {}).get("kind")
        if danger.acute and kind != "emergency":
            return [emergency_answer(), *reply] if answered else [emergency_answer()]
        return reply


class PageChannel(InputChannel):
    """The chat page at / and its files under /pagina/."""

    @classmethod
    def name(cls) -> str:
        """Returns the channel's name."""
        return "pagina"

    def url_prefix(self) -> str:
        """Returns the root, so that the page has no /webhooks/ before it."""
        return "/"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> PageChannel:
        """Makes the channel; it has no settings."""
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes; Rasa's own greeting at / makes way for the page."""
        blueprint = Blueprint("wegwijzer_pagina")

        async def page_at_root(request: Request) -> Optional[HTTPResponse]:
            if request.path == "/" and request.method == "GET":
                return await response.file(_PAGE / "index.html", headers=_HEADERS)
            return None

        @blueprint.listener("before_server_start")
        async def give_way(app: Sanic, loop: Any) -> None:
            app.register_middleware(page_at_root, "request")

        @blueprint.get("/pagina/chat.js")
        async def script(request: Request) -> HTTPResponse:
            return await response.file(_PAGE / "chat.js", mime_type="text/javascript", headers=_HEADERS)

        @blueprint.get("/pagina/chat.css")
        async def style(request: Request) -> HTTPResponse:
            return await response.file(_PAGE / "chat.css", mime_type="text/css", headers=_HEADERS)

        @blueprint.get("/pagina/icoon.svg")
        async def icon(request: Request) -> HTTPResponse:
            return await response.file(_PAGE / "icoon.svg", mime_type="image/svg+xml", headers=_HEADERS)

        return blueprint
