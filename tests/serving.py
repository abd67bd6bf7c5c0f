"""The channels of Wegwijzer in this process, over real HTTP, with a stand-in for Rasa's agent.

For everything that the model adds nothing to: who may ask, how much, in what form, and what comes back.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, Optional

import rasa.core.run
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from wegwijzer import metrics, paths
from wegwijzer.answering import check_contract
from wegwijzer.catalogue import catalogue
from wegwijzer.channel import QuestionChannel
from wegwijzer.contract import contract_record
from wegwijzer.danger import DangerWatch
from wegwijzer.intranet_token import TokenCheck
from wegwijzer.language import BLANK, load_language
from wegwijzer.limiting import Limit, Limiter
from wegwijzer.origins import Origins
from wegwijzer.page_channel import PageChannel
from wegwijzer.pseudonyms import Pseudonyms
from wegwijzer.redaction import Redactor
from wegwijzer.static import load_static
from wegwijzer.status_channel import StatusChannel
from wegwijzer.supervisor import free_port

ASK, JUDGE = "/webhooks/rest/webhook", "/webhooks/rest/feedback"
GENEROUS = {"sender": Limit(1e6, 1_000_000), "address": Limit(1e6, 1_000_000)}
ORIGIN = "https://intranet.voorbeeld.nl"


class StandIn:
    """Answers every message with its number in its conversation, and keeps both as Rasa does."""

    def __init__(self, folder: Path) -> None:
        self.tracker_store = SQLTrackerStore(
            Domain.empty(), dialect="sqlite", db=str(folder / "gesprekken.db")
        )
        self.lock_store = InMemoryLockStore()
        self.action_endpoint: Optional[EndpointConfig] = None
        self.received: list[UserMessage] = []
        self.ready = True
        self.failing = False

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        if self.failing:
            raise RuntimeError(f"cannot answer {message.text}")
        self.received.append(message)
        async with self.lock_store.lock(message.sender_id):
            tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
            tracker.update(
                UserUttered(
                    message.text, message_id=message.message_id, metadata=dict(message.metadata or {})
                )
            )
            number = sum(isinstance(event, UserUttered) for event in tracker.events)
            answer = BotUttered(f"Antwoord {number}", {"custom": contract_record("smalltalk", 1.0)})
            tracker.update(answer)
            await self.tracker_store.save(tracker)
        await message.output_channel.send_response(message.sender_id, answer.message())


class Reply:
    """Status, headers in lower case and body of an answer."""

    def __init__(self, reply: http.client.HTTPResponse) -> None:
        self.status = reply.status
        self.headers = {name.lower(): value for name, value in reply.getheaders()}
        self.body = reply.read()

    @property
    def message(self) -> Any:
        """The first message; checks that it fits the contract."""
        message = json.loads(self.body)[0]
        check_contract(message["custom"])
        return message

    @property
    def text(self) -> str:
        return str(self.message["text"])


class InProcess:
    """A server in a thread.

    Args:
        folder: for the database.
        tokens: checks who asks.
        limits: how much may be asked.
        metrics_token: opens /metrics.
    """

    def __init__(
        self,
        folder: Path,
        tokens: Optional[TokenCheck] = None,
        limits: Any = None,
        metrics_token: str = "",
    ) -> None:
        Sanic.test_mode = True
        self.agent = StandIn(folder)
        self.port = free_port()
        origins = Origins((ORIGIN,))
        channels = [
            QuestionChannel(
                DangerWatch(None, paths.SIGNALS),
                Redactor(catalogue(), load_language(BLANK)),
                origins,
                Limiter(limits or GENEROUS),
                30,
                Pseudonyms(b"sleutel"),
                tokens,
            ),
            PageChannel(load_static(paths.ROOT / "wegwijzer" / "page", origins.frame_ancestors), origins),
            StatusChannel(metrics_token, {}, folder),
        ]
        metrics.tell_model({})
        app = rasa.core.run.configure_app(channels, enable_api=False, route="/webhooks/")
        app.ctx.agent = self.agent
        self._app = app
        self._loop = asyncio.new_event_loop()
        started = threading.Event()

        async def serve() -> None:
            self._server = await app.create_server(
                "127.0.0.1", self.port, return_asyncio_server=True, access_log=False
            )
            await self._server.startup()
            await self._server.before_start()
            app.is_running = True
            await self._server.start_serving()
            await self._server.after_start()
            started.set()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.create_task(serve())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert started.wait(30), "the server did not start"

    def stop(self) -> None:
        async def end() -> None:
            await self._server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def call(self, method: str, path: str, body: Any = None, **headers: Optional[str]) -> Reply:
        """Sends a request; bytes go as they are, anything else as JSON; '_' in a header's name is '-'."""
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, data, sent)
            return Reply(connection.getresponse())

    def ask(self, sender: Any, text: Any, **headers: Optional[str]) -> Reply:
        return self.call("POST", ASK, {"sender": sender, "message": text}, **headers)

    def judge(self, **body: Any) -> Reply:
        headers = {"Authorization": body.pop("authorization", None)}
        return self.call("POST", JUDGE, body, **headers)
