"""As in deploy/: another user, without rights, on a file system where only var/ and /tmp can be written."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import uuid

import pytest

from wegwijzer import paths
from wegwijzer.supervisor import ask, free_port

pytestmark = pytest.mark.slow

_SCRIPT = """
set -e
# The tree may lie under /tmp itself: it is held open, and put back over the new /tmp.
exec 9< {root}
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p {root}
mount -c --bind /proc/$$/fd/9 {root}
exec 9<&-
cd {root}
mount -t tmpfs -o uid=10001,gid=10001,mode=700 tmpfs {var}
mount -o remount,bind,ro {root}
mount -o remount,bind,ro /
if ( echo x > {root}/proef ) 2> /dev/null; then echo "the root can be written"; exit 1; fi
# Reading past permissions only: this machine's Python is in root's home.
exec setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all,+dac_read_search \
    --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search {python} -m wegwijzer run
"""


def test_it_runs_without_rights_on_a_root_that_cannot_be_written() -> None:
    if os.getuid() != 0:
        pytest.fail("mounting takes root, as in CI")
    var, port = paths.ROOT / "var", free_port()
    var.mkdir(exist_ok=True)
    script = _SCRIPT.format(
        var=shlex.quote(str(var)), root=shlex.quote(str(paths.ROOT)), python=shlex.quote(sys.executable)
    )
    environment = {**os.environ, "HOME": "/tmp", "PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=paths.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "is klaar op" in line:
                break
        assert process.poll() is None and "is klaar op" in said[-1], "".join(said)
        ids = [line.split() for line in open(f"/proc/{process.pid}/status") if line.startswith("Uid:")]
        assert ids[0][1:] == ["10001"] * 4
        answer = ask(f"http://127.0.0.1:{port}", str(uuid.uuid4()), "Onze wethouder wordt bedreigd")
        assert answer[0]["custom"]
    finally:
        process.terminate()
        process.wait(60)
    assert process.returncode == 0
