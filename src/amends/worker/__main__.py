"""`python -m amends.worker`: one worker process, without the command line's weight."""

import uvloop

from amends.settings import from_environment
from amends.worker.run import run

uvloop.run(run(from_environment()))
