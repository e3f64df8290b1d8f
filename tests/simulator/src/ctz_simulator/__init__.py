"""Peloton simulator: the sign-in host and the API on one origin, with generated or recorded riders.

>>> with Simulator(riders=[RiderSpec("demo", workouts=50)]).running() as sim:
...     sim.url, sim.calls(), sim.truth("demo")
"""

from ctz_simulator.knobs import Body, Failure, Knobs, Wire
from ctz_simulator.simulator import Simulator
from ctz_simulator.spec import RiderSpec

__all__ = ["Body", "Failure", "Knobs", "RiderSpec", "Simulator", "Wire"]
