"""One momentum for two betas: which pairs a Muon can have."""

from __future__ import annotations

from lionk_ref.discrete.muon import Nesterov

RULE = Nesterov("momentum", "nesterov")


def refused(beta1: float, beta2: float) -> bool:
    """Whether the pair has no single momentum."""
    try:
        RULE.write(beta1, beta2)
    except ValueError:
        return True
    return False


def check_typed_in() -> None:
    """mu with three decimals and mu^2 with six, both as typed in: four roundings at most apart."""
    for k in range(1, 1000):
        pair = float(f"{k * k}e-6"), float(f"{k}e-3")
        assert not refused(*pair), pair
        assert RULE.write(*pair) == {"momentum": k / 1000, "nesterov": True}


def check_near() -> None:
    """A beta1 that is off by 1e-14 of itself is another one, and is not replaced in silence."""
    for k in range(1, 1000):
        mu = k / 1000
        assert refused(mu * mu * (1 + 1e-14), mu)
        assert refused(mu * mu * (1 - 1e-14), mu)


def test_typed_in_squares_are_squares() -> None:
    """All of them."""
    check_typed_in()


def test_a_beta1_near_the_square_is_refused() -> None:
    """By more than roundings."""
    check_near()
