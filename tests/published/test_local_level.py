"""The local level model against the figures of the Nile that Durbin and Koopman print."""

from __future__ import annotations

import numpy as np
import pytest

from groundplan.following.local_level import LocalLevel, likeliest

# Annual flow of the Nile at Aswan, 1871 to 1970, 10⁸ m³ (Cobb 1978; R's dataset `Nile`, here from two transcriptions).
NILE = np.array([
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
    831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
    781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
], dtype=float)  # fmt: skip


def test_the_nile_with_the_published_variances() -> None:
    """Proves: S1, with noise 15099 and walk 1469.1 the log-likelihood is −632.5456 and the last level 798.370.

    Breaks if: the first figure is counted, or the level is predicted before it is updated.
    """
    m = LocalLevel(NILE, 15099.0, 1469.1)
    assert m.likelihood == pytest.approx(-632.5456, abs=5e-5)
    assert m.level == pytest.approx(798.370, abs=5e-4)
    assert m.smoothed()[0][-1] == pytest.approx(798.370, abs=5e-4)


def test_the_likeliest_variances_of_the_nile() -> None:
    """Proves: the likeliest variances are those published, 15099 and 1469.1, to their last digits.

    Breaks if: the scale is not concentrated out, or the grid stops short of its top.
    """
    m = likeliest(NILE)
    assert m is not None
    assert m.noise == pytest.approx(15099.0, rel=1e-4)
    assert m.walk == pytest.approx(1469.1, rel=1e-4)
    assert m.likelihood == pytest.approx(-632.5456, abs=5e-5)
