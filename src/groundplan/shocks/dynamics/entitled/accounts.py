"""The state's reserves, in which every user has the share that his base use gives him."""

from __future__ import annotations

import numpy as np

from groundplan.shocks.dynamics.entitled.final_users import FinalUsers
from groundplan.shocks.dynamics.system import System


class Accounts:
    """What is left of the reserves, in steps of each user's base use: rows × B × n of sectors, B × rows × F of others.

    A user draws what it orders and may not claim of suppliers, up to its base use (or raised demand). Nobody draws on
    another's share, so reserves last no longer for some because others stand still.
    """

    def __init__(self, s: System, batch: int) -> None:
        self.s = s
        self.rows = np.flatnonzero(s.reserves > 0)
        whole = s.use[self.rows].sum(axis=1)
        steps = s.reserves[self.rows] / np.where(whole > 0, whole, np.inf)
        self.sectors = np.broadcast_to(steps[:, None, None], (len(self.rows), batch, s.n)).copy()
        self.finals = np.broadcast_to(steps[:, None], (batch, len(self.rows), len(s.finals))).copy()
        self.z, self.base = s.use[self.rows, None, : s.n], s.use[self.rows, s.n :]

    def draw(
        self,
        ordered: np.ndarray,
        had: np.ndarray,
        finals: np.ndarray,
        users: FinalUsers,
        may: np.ndarray,
        may_finals: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What users have with the reserves, and what was draw.

        ``ordered``, ``had`` and ``may`` are rows × B × n, over base use; ``finals`` (B × p × F, money / step) is what
        final users have and ``may_finals`` what they may claim, over what they claim. Returns ``had``, ``finals`` and
        the draw, B × p, money / step.
        """
        rows = self.rows
        extra = np.minimum(ordered, may + np.minimum(self.sectors, np.maximum(1.0 - may, 0.0))) - had
        extra = np.maximum(extra, 0.0)
        claimed, asked = users.claimed[:, rows], users.asked[:, rows]
        left = self.finals * self.base
        most = claimed * may_finals[:, rows]
        more = np.minimum(asked, most + np.minimum(left, np.maximum(claimed - most, 0.0))) - finals[:, rows]
        more = np.maximum(more, 0.0)
        self.sectors -= extra
        self.finals -= np.divide(
            more, self.base, out=np.zeros_like(more), where=np.broadcast_to(self.base > 0, more.shape)
        )
        finals = finals.copy()
        finals[:, rows] += more
        draw = np.zeros(finals.shape[:2])
        draw[:, rows] = (extra * self.z).sum(axis=2).T + more.sum(axis=2)
        return had + extra, finals, draw

    def in_money(self) -> np.ndarray:
        """What is left; B × p, money."""
        out = np.zeros((len(self.finals), len(self.s.inputs)))
        out[:, self.rows] = (self.sectors * self.z).sum(axis=2).T + (self.finals * self.base).sum(axis=2)
        return out
