"""`python -m amends.api`: one API process, without the command line's weight."""

from amends.api.serving import serve_forever
from amends.settings import from_environment

serve_forever(from_environment())
