"""PostgreSQL, Redis and RabbitMQ of this machine, on loopback and free ports, for tests and for measuring.

Each has a folder of its own that goes when it stops, runs under its own user when this process is root, and can
be stopped and started again in between. They are Debian's; scripts/services-install installs them.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Mapping, Optional, Sequence

from wegwijzer.errors import SetupError
from wegwijzer.supervisor import free_port

_START_SECONDS = 60
_INSTALL = "installeer hem met scripts/services-install (Debian, als root)"


class Service(ABC):
    """One server on loopback; start() and stop() may be called again and again, close() takes its data away."""

    user = ""
    """Under which it runs when this process is root."""

    def __init__(self) -> None:
        self.port = free_port()
        self.password = secrets.token_urlsafe(24)
        self.folder = Path(tempfile.mkdtemp(prefix=f"wegwijzer-{type(self).__name__.lower()}-"))
        if os.getuid() == 0:
            shutil.chown(self.folder, self.user, self.user)
        self.process: Optional[subprocess.Popen[bytes]] = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address, with the password."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Returns what starts it in the foreground."""

    def environment(self) -> Mapping[str, str]:
        """Returns what its environment has more."""
        return {}

    @abstractmethod
    def answers(self) -> bool:
        """Returns whether it is ready."""

    def start(self) -> None:
        """Starts it and waits until it is ready.

        Raises:
            SetupError: when it does not start.
        """
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.as_user(), *self.command()],
                cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder), **self.environment()},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + _START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                said = (self.folder / "log").read_text(errors="replace")[-2000:]
                raise SetupError(f"{type(self).__name__} start niet: {said}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Kills it, as a power cut would; what it said to have kept is there when it starts again."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def close(self) -> None:
        """Stops it and takes its data away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_user(self) -> list[str]:
        """Returns what goes before a command to run it as its user."""
        return (
            ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
            if os.getuid() == 0
            else []
        )

    def listens(self) -> bool:
        """Returns whether its port is open."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Postgres(Service):
    """PostgreSQL with one database and one role, with a password."""

    user = "postgres"

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise SetupError(f"PostgreSQL is er niet; {_INSTALL}")
        super().__init__()
        self._programs = found[-1].parent
        (self.folder / "wachtwoord").write_text(self.password)
        command = [str(self._programs / "initdb"), "-D", "data", "-A", "scram-sha-256", "-U", "wegwijzer"]
        command += ["--pwfile=wachtwoord", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"]
        if os.getuid() == 0:
            shutil.chown(self.folder / "wachtwoord", self.user)
        subprocess.run(
            [*self.as_user(), *command], cwd=self.folder, check=True, stdout=subprocess.DEVNULL, timeout=120
        )

    @property
    def url(self) -> str:
        return f"postgresql://wegwijzer:{self.password}@127.0.0.1:{self.port}/postgres"

    def command(self) -> Sequence[str]:
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder)]
        options += ["-c", "log_statement=all", "-c", "max_connections=200"]
        return [str(self._programs / "postgres"), "-D", "data", *options]

    def stop(self) -> None:
        super().stop()
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def answers(self) -> bool:
        ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready).returncode == 0


class Redis(Service):
    """Redis with a password, that keeps nothing."""

    user = "redis"

    def __init__(self) -> None:
        if not shutil.which("redis-server"):
            raise SetupError(f"Redis is er niet; {_INSTALL}")
        super().__init__()

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--requirepass", self.password]
        return ["redis-server", *options, "--save", "", "--appendonly", "no", "--dir", str(self.folder)]

    def answers(self) -> bool:
        from redis import Redis as Client
        from redis.exceptions import RedisError

        try:
            return bool(Client.from_url(self.url).ping())
        except RedisError:
            return False


class RabbitMQ(Service):
    """RabbitMQ with one user, and an Erlang port mapper of its own."""

    user = "rabbitmq"

    def __init__(self) -> None:
        if not Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists():
            raise SetupError(f"RabbitMQ is er niet; {_INSTALL}")
        super().__init__()
        self._ports = free_port(), free_port()
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "default_user = wegwijzer\n"
            f"default_pass = {self.password}\n"
            "log.console = true\nlog.file = false\n"
        )
        (self.folder / "plugins").write_text("[].\n")

    @property
    def url(self) -> str:
        return f"amqp://wegwijzer:{self.password}@127.0.0.1:{self.port}/"

    def environment(self) -> Mapping[str, str]:
        return {
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": f"wegwijzer{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_DIST_PORT": str(self._ports[0]),
            "ERL_EPMD_PORT": str(self._ports[1]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def command(self) -> Sequence[str]:
        return ["/usr/lib/rabbitmq/bin/rabbitmq-server"]

    def answers(self) -> bool:
        import asyncio

        import aio_pika

        async def connects() -> bool:
            try:
                await (await aio_pika.connect(self.url, timeout=3)).close()
            except Exception:
                return False
            return True

        return self.listens() and asyncio.run(connects())

    def close(self) -> None:
        super().close()
        # The port mapper made a session of its own.
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if (
                f"HOME={self.folder}".encode() in words
                and f"ERL_EPMD_PORT={self._ports[1]}".encode() in words
            ):
                os.kill(int(process.name), signal.SIGKILL)
