"""Which optimizers and steps can be certified on line."""

from __future__ import annotations

from lionk_ref.certificates.wanted import require_optimizer
from lionk_ref.discrete import LionK, implicit_lr


def require_certifiable(optimizer: LionK) -> None:
    """Raise ValueError unless Theorem 4.1 holds and the sums determine what it needs."""
    require_optimizer(optimizer)
    if optimizer.beta1 > optimizer.beta2:
        raise ValueError(
            f"There is no certificate for beta1 > beta2: got beta1={optimizer.beta1}, "
            f"beta2={optimizer.beta2}. H can then increase; Lion's own are 0.9 and 0.99."
        )
    if not optimizer.lam:
        raise ValueError(
            "At lam = 0 the sums of a step do not hold <m_tilde, x>, so that there is no "
            "certificate on line. Certify a run with lionk_ref.certify."
        )


def implicit_lr_at(optimizer: LionK, t: int) -> float:
    """The step size of step t in the implicit scheme, eq. (15).

    Raises
    ------
    ValueError
        If it is 0, or the explicit one has no implicit equal.
    """
    lr = optimizer.lr_at(t)
    if not lr:
        raise ValueError(
            f"Step {t} has lr = 0: x stays where it is, and nothing is promised. End the run "
            "before it, and begin another at the state after it."
        )
    return implicit_lr(lr, optimizer.lam) if optimizer.scheme == "explicit" else lr
