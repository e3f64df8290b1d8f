"""Names for the arrays that the domain passes around."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]
ZoneArray = npt.NDArray[np.int8]
