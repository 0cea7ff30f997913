"""What a flag of the vectors means, and how the vectors say whose conventions they follow."""

from __future__ import annotations

from typing import Any

NOTES: dict[str, dict[str, Any]] = {
    "Exact": {
        "bugType": "BASIC",
        "description": "Every intermediate value fits binary32: any order, FMA or not, agrees.",
        "effect": "A single differing bit is an error.",
        "links": [],
    },
    "Certified": {
        "bugType": "BASIC",
        "description": "Exact trajectory, rounded once; tolerances from a ball around m_tilde.",
        "effect": "Beyond the tolerance no rounding of eq. (2) or (15) explains the value.",
        "links": [],
    },
    "ZeroLookAhead": {
        "bugType": "EDGE_CASE",
        "description": "Some entry of m_tilde is exactly 0, where dK of least norm is 0.",
        "effect": "sign(0) = +-1 makes a coordinate without gradient drift at full speed.",
        "links": ["https://github.com/deepspeedai/DeepSpeed"],
    },
    "Tie": {
        "bugType": "EDGE_CASE",
        "description": "dK is a set here. Any element is right; the one of least norm is ours.",
        "effect": "A choice by index depends on the order of the coordinates.",
        "links": [],
    },
    "ClosedLoop": {
        "bugType": "UPDATE_RULE",
        "description": "Gradients are taken where the implementation is; invariants are judged.",
        "effect": "Two right runs part at a sign change; the energy balance holds for both.",
        "links": [],
    },
    "Scenario": {
        "bugType": "UPDATE_RULE",
        "description": "A case in which implementations were seen to differ.",
        "effect": "Named in the comment.",
        "links": [],
    },
    "NonFinite": {
        "bugType": "EDGE_CASE",
        "description": "A gradient holds NaN or inf; the other coordinates must not notice.",
        "effect": "A NaN that is swallowed freezes or moves a weight for ever, in silence.",
        "links": ["https://github.com/lucidrains/lion-pytorch/issues/33"],
    },
    "Storage": {
        "bugType": "NUMERICS",
        "description": "Stored in 16 bits, computed in binary32, rounded once at the store.",
        "effect": "Small steps and small decay are lost in the rounding: known, not an error.",
        "links": [],
    },
}


def convention(scheme: str) -> dict[str, str]:
    """Whose letters these are: the paper's."""
    decay = "lam x_t, from the old x" if scheme == "explicit" else "lam x_{t+1}, from the new x"
    return {
        "momentum": "m tracks minus the gradient; m_0 = 0",
        "look_ahead": "m_tilde = beta1 m_t - (1 - beta1) g_t, from the old m",
        "decay": decay,
        "zero": "dK(0) = 0 where 0 is a minimum: the element of least norm",
        "ties": "tied entries share: the element of least norm",
    }
