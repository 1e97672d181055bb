"""
Sample ratio test: whether the arms of an A/B test get their intended shares of images, valid at every look.

If they do not, the assignment is not random, or outcomes are lost, and no comparison of the arms is valid. The test is
Lindon and Malek's, "Anytime-valid inference for multinomial count data" (arXiv 2011.03567): the likelihood ratio of a
share from a Beta distribution around the intended one to the intended one.
"""

import numpy as np
from scipy.special import betaln, xlog1py, xlogy

from svgai.array_types import Doubles, Indices

CONCENTRATION = 100.0
"""Concentration of the Beta distribution around the intended share, as a number of images."""


def sample_ratio_p_values(in_challenger: Indices, images: Indices, share: float) -> Doubles:
    """
    The p-values of the numbers of images in the challenger's arm, at each look (..., looks).

    If one of them is at most alpha, the arms do not have their intended shares; if they do, the probability of that at
    any look is at most alpha.
    """
    in_champion = images - in_challenger
    a, b = CONCENTRATION * share, CONCENTRATION * (1 - share)
    evidence = (
        betaln(a + in_challenger, b + in_champion)
        - betaln(a, b)
        - xlogy(in_challenger, share)
        - xlog1py(in_champion, -share)
    )
    p_values: Doubles = np.exp(-np.maximum.accumulate(np.maximum(evidence, 0), axis=-1))
    return p_values
