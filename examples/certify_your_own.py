"""
Certify your own optimizer
==========================

Put your step in place of `LionK.step`, keep its settings, and ask for the certificate. Here is a
port with a mistake that has been made more than once: the decay inside the sign.
"""

from lionk_ref import L1, LionK, State, certify
from lionk_ref.arrays import sign
from lionk_ref.problems import PROBLEMS


class MyLion(LionK):
    """What someone believes is Lion."""

    def step(self, s, g, t=None):
        lr = self.lr_at(t or 0)
        g = g + self.lam * s.x
        m_tilde = self.beta1 * s.m - (1 - self.beta1) * g
        return State(s.x + lr * sign(m_tilde), self.beta2 * s.m - (1 - self.beta2) * g)


for kind in (LionK, MyLion):
    run = certify(PROBLEMS["toy"](), kind(L1(), lr=0.01, lam=1.0), steps=200)
    print(f"{kind.__name__}: {'held' if run.ok else 'FAILED'}, residual {run.residual_max:.1e}")
    for verdict in run.verdicts:
        if not verdict.holds:
            print(f"  {verdict.name}: slack {verdict.worst:.1e} at step {verdict.at}")
