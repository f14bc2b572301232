"""`python -m amends.worker`: one worker process, without the command line's weight."""

import uvloop

from amends.gateways.logs import log_as_json
from amends.settings import from_environment
from amends.worker.run import run

settings = from_environment()
log_as_json(settings.log_level)
uvloop.run(run(settings))
