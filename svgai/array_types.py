"""The types of arrays that modules exchange."""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""An image: (height, width, 4) as straight-alpha sRGB, (height, width, 3) without alpha, or one channel."""

Alpha = npt.NDArray[np.uint8]
"""The opacity of an image, (height, width)."""

Map = npt.NDArray[np.uint8]
"""The number of a colour model at each pixel, (height, width)."""

AreaLabels = npt.NDArray[np.int16]
"""The number of an area at each pixel, (height, width)."""

Mask = npt.NDArray[np.bool_]
"""A selection of pixels, (height, width)."""

Flags = npt.NDArray[np.bool_]
"""A selection of items of a list, (n,)."""

Points = npt.NDArray[np.float64]
"""Points as x and y, (n, 2)."""

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]
Indices = npt.NDArray[np.intp]

Labels = npt.NDArray[np.int64]
"""The index of each image's type in LOGO_TYPES, (n,)."""
