"""The channel: HTTP in, Rasa's list of messages out.

Order of a turn: intake → danger (sees the words as typed) → origin, limits and token → redaction →
Rasa. Whatever fails or refuses after the danger decision, an acute message still gets 112 first.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional, Union

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from wegwijzer import metrics, paths, request_ids, sentences, turns
from wegwijzer.catalogue import catalogue
from wegwijzer.contract import contract_record
from wegwijzer.danger import Danger, DangerDetector, DangerWatch
from wegwijzer.danger_models import DangerModels
from wegwijzer.deletion import delete_regularly
from wegwijzer.errors import (
    BusyError,
    KeyReusedError,
    ModelError,
    SetupError,
    TurnConflictError,
    UnansweredTurnError,
)
from wegwijzer.feedback import Feedback, read_feedback
from wegwijzer.idempotency import KeptAnswers, Made, read_key
from wegwijzer.intake import Question, Refusal, as_plain_text, read_question, read_sender
from wegwijzer.intranet_token import TokenCheck, read_token_check
from wegwijzer.language import DUTCH_MODEL, load_language
from wegwijzer.limiting import Limiter, read_limits
from wegwijzer.origins import Origins, preflight_headers, read_origins, sharing_headers
from wegwijzer.pseudonyms import Pseudonyms, load_pseudonyms
from wegwijzer.redacted_logs import redact_logs
from wegwijzer.redaction import Redactor
from wegwijzer.retention import retention_days
from wegwijzer.stores.settings import database_file
from wegwijzer.stores.shared import SharedMemory, shared_memory
from wegwijzer.stores.trackers import keep_honestly
from wegwijzer.thresholds import thresholds

logger = logging.getLogger(__name__)

_MOST_TRIES = 3
"""How often a turn is made when its conversation goes on elsewhere meanwhile."""
_RETRY_SECONDS = 5
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


_FAILED = Refusal(503, sentences.UNAVAILABLE, retry_after=_RETRY_SECONDS)


def load_danger(folder: Path, signals: Path) -> DangerWatch:
    """Returns the danger decision, on signals alone when the trained one cannot be loaded."""
    try:
        return DangerWatch(DangerDetector(DangerModels.load(folder, signals), thresholds()), signals)
    except (ModelError, SetupError) as error:
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
    """POST /webhooks/rest/webhook {"sender", "message"} and /webhooks/rest/feedback; GET …/instellingen."""

    def __init__(
        self,
        danger: DangerWatch,
        redactor: Redactor,
        origins: Origins,
        limiter: Limiter,
        kept_days: int,
        pseudonyms: Pseudonyms,
        tokens: Optional[TokenCheck] = None,
        shared: Optional[SharedMemory] = None,
    ) -> None:
        """Keeps what looks at a message before Rasa does.

        Args:
            danger: decides whether somebody is in danger.
            redactor: takes personal data out.
            origins: which websites may ask.
            limiter: how much may be asked.
            kept_days: how long conversations are kept.
            pseudonyms: names of conversations.
            tokens: checks who asks; without it everybody who can reach the server may.
            shared: what workers share; without it this process counts for itself.
        """
        self._danger = danger
        self._redactor = redactor
        self._origins = origins
        self._limiter = limiter
        self._kept_days = kept_days
        self._pseudonyms = pseudonyms
        self._tokens = tokens
        self._shared = shared
        self._kept = KeptAnswers(shared=shared)

    @classmethod
    def name(cls) -> str:
        """Returns the name in the URL, that of Rasa's own channel."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> QuestionChannel:
        """Makes the channel from its part of credentials.yml."""
        settings = credentials or {}
        origins = Origins(read_origins(settings.get("allowed_origins"), os.environ))
        limiter = Limiter(read_limits(settings.get("limits")))
        # 'wegwijzer run' names that of the model in use.
        folder = os.environ.get("WEGWIJZER_DANGER_MODEL") or settings.get("danger_model", "models/gevaar")
        danger = load_danger(paths.ROOT / folder, paths.SIGNALS)
        language = load_language(settings.get("language_model", DUTCH_MODEL))
        redactor = Redactor(catalogue(), language)
        redact_logs(redactor)
        pseudonyms = load_pseudonyms(os.environ, database_file(os.environ).parent)
        tokens = read_token_check(os.environ)
        days = retention_days(os.environ)
        return cls(danger, redactor, origins, limiter, days, pseudonyms, tokens, shared_memory())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes."""
        blueprint = Blueprint("wegwijzer_vragen")

        @blueprint.listener("before_server_start")
        async def only_our_origins(app: Sanic, loop: Any) -> None:
            # Rasa's own sharing answers every preflight and lets credentials in.
            app.ctx.sanic_cors.resources.clear()

        @blueprint.listener("after_server_start")
        async def delete_old(app: Sanic, loop: Any) -> None:
            keep_honestly(app.ctx.agent)
            app.add_task(delete_regularly(lambda: turns.database(app.ctx.agent), self._kept_days))

        @blueprint.middleware("response")
        async def share(request: Request, reply: HTTPResponse) -> None:
            origin = request.headers.get("origin")
            reply.headers.update(_HEADERS)
            if origin is not None and self._origins.shares_with(origin):
                reply.headers.update(sharing_headers(origin))

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            decides = "trained" if self._danger.trained else "signals"
            return response.json({"status": "ok", "danger": decides})

        @blueprint.get("/instellingen")
        async def settings(request: Request) -> HTTPResponse:
            origin = request.headers.get("origin")
            if origin is not None and not self._origins.allows(origin, request.host):
                # The one refusal that a stranger's page may read: so the chat can say what is wrong.
                refused = _refuse(Refusal(403, sentences.ORIGIN_REFUSED))
                refused.headers.update(sharing_headers(origin))
                return refused
            return response.json({"retention_days": self._kept_days})

        async def preflight(request: Request) -> HTTPResponse:
            origin = request.headers.get("origin")
            if not self._origins.allows(origin, request.host):
                return _refuse(Refusal(403, sentences.ORIGIN_REFUSED))
            return response.empty(headers=preflight_headers())

        for path in ("/webhook", "/feedback"):
            blueprint.add_route(preflight, path, methods=["OPTIONS"], name=f"preflight_{path[1:]}")

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            started = time.monotonic()
            body = _body(request)
            question = read_question(body)
            typed = question.typed if isinstance(question, Refusal) else question.text
            danger = await _in_thread(self._danger.assess, typed)
            key = read_key(request.headers.get("idempotency-key"))
            admitted = await self._admit(request, body)
            for refusal in (admitted, question, key):
                if isinstance(refusal, Refusal):
                    return _refuse(refusal, danger)
            assert isinstance(question, Question) and not isinstance(key, Refusal)
            make = partial(self._turn, on_new_message, request, question, danger, key, str(admitted), started)
            try:
                answer = (
                    (await make()).body
                    if key is None
                    else await self._kept.once(str(admitted), key, question.text, make)
                )
            except KeyReusedError:
                return _refuse(Refusal(422, sentences.KEY_REUSED), danger)
            except (BusyError, UnansweredTurnError):
                # No 200, so that who asked sends it again, with the same key.
                return _refuse(_FAILED, danger)
            return HTTPResponse(answer, content_type="application/json")

        @blueprint.post("/feedback")
        async def judge(request: Request) -> HTTPResponse:
            body = _body(request)
            feedback = read_feedback(body)
            admitted = await self._admit(request, body)
            for refusal in (admitted, feedback):
                if isinstance(refusal, Refusal):
                    return _refuse(refusal)
            assert isinstance(feedback, Feedback)
            agent = request.app.ctx.agent
            try:
                feedback = replace(feedback, sender=str(admitted))
                if not await turns.knows(agent, feedback.sender, feedback.answer):
                    return _refuse(Refusal(404, sentences.UNKNOWN_ANSWER))
                reason = (await _in_thread(self._redactor.redact, feedback.reason)).text
                kept = await turns.keep_feedback(agent, feedback, reason)
            except Exception:
                metrics.errors.labels("feedback").inc()
                logger.error("feedback was not kept; the user is told", exc_info=True)
                kept = False
            if kept:
                metrics.thumbs.labels(feedback.thumb).inc()
            return response.empty() if kept else _refuse(Refusal(503, sentences.NOT_KEPT))

        return blueprint

    async def _admit(self, request: Request, body: Any) -> Union[str, Refusal]:
        """Returns the name of the conversation that a request is about, or why it may not ask now; counts it.

        A request that names no conversation gets '': whoever reads its body refuses it.
        """
        if not self._origins.allows(request.headers.get("origin"), request.host):
            return Refusal(403, sentences.ORIGIN_REFUSED)
        sender = read_sender(body.get("sender")) if isinstance(body, dict) else None
        subject = None if self._tokens is None else self._tokens.subject(request.headers.get("authorization"))
        known = self._tokens is None or subject is not None
        named = self._pseudonyms.given(sender, subject) if isinstance(sender, str) and known else None
        address = request.remote_addr or request.ip
        wait = None
        if self._shared is not None:
            wait = await self._shared.wait(self._limiter.limits, address, named)
        if wait is None:
            wait = self._limiter.wait(address, named)
        if wait:
            return Refusal(429, sentences.TOO_MANY, retry_after=wait)
        return named or "" if known else Refusal(401, sentences.NOT_SIGNED_IN)

    async def _turn(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        request: Request,
        question: Question,
        danger: Danger,
        key: Optional[str],
        conversation: str,
        started: float,
    ) -> Made:
        """Asks Rasa, unless its store has the answer to this key.

        Raises:
            UnansweredTurnError: when there is no answer, or it could not be kept, and nobody is in danger.
        """
        messages: List[Dict[str, Any]] = []
        try:
            redacted = await _in_thread(self._redactor.redact, question.text)
            for kind in redacted.kinds:
                metrics.redactions.labels(kind).inc()
            text = as_plain_text(redacted.text)
            for left in reversed(range(_MOST_TRIES)):
                if key is not None:
                    messages = await turns.replay(request.app.ctx.agent, conversation, key, text) or []
                if messages:
                    break
                collector = CollectingOutputChannel()
                message = UserMessage(
                    text,
                    collector,
                    conversation,
                    input_channel=self.name(),
                    message_id=key,
                    metadata={
                        "acute": danger.acute,
                        "danger_score": round(danger.score, 4),
                        "explain": question.explain,
                        request_ids.FIELD: request_ids.current.get(),
                    },
                )
                try:
                    await on_new_message(message)
                except TurnConflictError:
                    if not left:
                        raise
                else:
                    messages = collector.messages
                    break
        except Exception:
            logger.error("a turn failed and was not kept; the user is told", exc_info=True)
        if not messages:
            metrics.errors.labels("turn").inc()
        if not messages and not danger.acute:
            raise UnansweredTurnError("a turn failed; send the message again")
        reply = _reply(messages, question.sender, danger)
        metrics.count_turn(reply, time.monotonic() - started, catalogue())
        return Made(response.json(reply).body or b"", bool(messages))


async def _in_thread(work: Callable[[str], Any], text: str) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, work, text)


def _body(request: Request) -> Any:
    """Returns the JSON of a request, or None when it is none."""
    try:
        return request.json
    except InvalidUsage:
        return None


def _refuse(refusal: Refusal, danger: Optional[Danger] = None) -> HTTPResponse:
    if danger is not None and danger.acute:
        metrics.emergencies.inc()
        return response.json([emergency_answer()])
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="wegwijzer", error="invalid_token"'
    return response.json([plain_answer(refusal.text, "smalltalk")], status=refusal.status, headers=headers)


def _reply(messages: List[Dict[str, Any]], sender: str, danger: Danger) -> List[Dict[str, Any]]:
    reply = one_message(messages, sender) if messages else []
    if danger.acute and not any(message.get("custom", {}).get("kind") == "emergency" for message in reply):
        return [emergency_answer(), *reply]
    return reply
