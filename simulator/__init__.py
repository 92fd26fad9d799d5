"""A vendor simulator for tests and rehearsals: the documented API of one vendor, invented contents.

``serve`` answers over https on loopback; ``truth`` says what is really in the log. Scripts of the
repository, not part of the package.
"""

from simulator.server import Running, serve
from simulator.truth import Truth, truth
from simulator.world import Wanted, World

__all__ = ["Running", "Truth", "Wanted", "World", "serve", "truth"]
