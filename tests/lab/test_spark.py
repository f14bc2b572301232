"""An existing Spark cluster judges as one machine does, row for row. Spark and Java are fetched into the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from amends.exchange.policies import policies_folder, read_policies
from amends.lab.history import read_history, save
from amends.store.database import connect

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = "local-cluster[2,1,1024]"


@pytest.mark.long
async def test_a_cluster_says_the_same_row_for_row(demo: str, tmp_path: Path) -> None:
    got = subprocess.run([ROOT / ".ci" / "get-spark"], capture_output=True, text=True, check=False)  # noqa: ASYNC221 -- nothing waits beside it
    if got.returncode:
        pytest.skip(f"no Spark or no Java here: {got.stderr.strip().splitlines()[0]}")
    place = Path(got.stdout.strip())
    connection = await connect(demo, "amends_reviewer")
    try:
        async with connection.transaction(readonly=True):
            history = await read_history(connection, "us", read_policies().vocabulary)
    finally:
        await connection.close()
    save(history, tmp_path / "history.parquet")
    candidate = tmp_path / "policies"
    shutil.copytree(policies_folder(), candidate)
    for name in ("base", "live_auction"):
        changed = candidate / "packs" / name / "eligibility.yaml"
        changed.write_text(changed.read_text("utf-8").replace("{over: 14 days}", "{over: 1 days}"), "utf-8")
    environment = os.environ | {
        "JAVA_HOME": str(place / "java"),
        "PYTHONPATH": str(place / "python"),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(tmp_path),
    }
    job = [
        sys.executable,
        ROOT / "tests" / "lab" / "spark_job.py",
        tmp_path / "history.parquet",
        CLUSTER,
        policies_folder(),
        candidate,
    ]
    done = subprocess.run(job, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: ASYNC221 -- as above
    assert done.returncode == 0, done.stderr[-3000:]
    alike, changed_rows = (int(word) for word in done.stdout.replace(",", "").split() if word.isdigit())
    assert alike > 20
    assert changed_rows > 0
