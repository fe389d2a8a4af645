"""Three settings of how well people make do in a crisis: rigid, middle and flexible.

No source says how easily a sector replaces one input by another within weeks, so every loss is told for three settings
and none of them is a forecast.

    elasticity             rigid  middle  flexible   from
    critical inputs        .05    .1      .2         Bachmann et al. (2022): .04 to .1 for energy; Atalay (2017): about
                                                     .1 (both not checked)
    important inputs       .2     .5      .5         our judgement
    home and imported      .2     .5      2          Boehm, Flaaen and Pandalai-Nayar (2019): nearly one for one;
                                                     Boehm, Levchenko and Pandalai-Nayar (2023): .76 in the first year,
                                                     1.75 to 2.25 in the long run (abstracts read)
    ceiling                1      1.02    1.05       our judgement; BoARIO's 1.25 within a year is 1.02 after a month
    ceiling of imports     1      1.05    1.25       our judgement
"""

from __future__ import annotations

from dataclasses import dataclass

ALL_SETTINGS = "all"


@dataclass(frozen=True)
class Setting:
    """How well people make do. Elasticities of substitution within critical and within important inputs, and between
    home and imported goods of one product; the most that capacity and imports that nobody cuts give, over the base.
    """

    sigma_critical: float
    sigma_important: float
    sigma_imports: float
    ceiling: float
    import_ceiling: float


SETTINGS = {
    "rigid": Setting(0.05, 0.2, 0.2, 1.0, 1.0),
    "middle": Setting(0.1, 0.5, 0.5, 1.02, 1.05),
    "flexible": Setting(0.2, 0.5, 2.0, 1.05, 1.25),
}
MIDDLE = "middle"
