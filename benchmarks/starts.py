"""How long until the first request is answered: from nothing, and again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.bed import free_port


def _until_answered(home: Path) -> float:
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"AMENDS_HOME": str(home), "AMENDS_PORT": str(port)}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "amends", "serve"], env=env, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1).close()
                return time.perf_counter() - begun
            except OSError:
                if process.poll() is not None or time.perf_counter() - begun > 60:
                    raise RuntimeError("it did not start") from None
                time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def measure() -> dict[str, float]:
    """Database, migrations, policies, provider, worker and API included."""
    home = Path(tempfile.mkdtemp(prefix="amends-start-"))
    home.chmod(0o755)
    try:
        return {"cold_start_s": _until_answered(home), "restart_s": _until_answered(home)}
    finally:
        shutil.rmtree(home, ignore_errors=True)
