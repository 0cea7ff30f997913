"""The verdicts of a run as a table."""

from __future__ import annotations

from collections.abc import Sequence

from lionk_ref.certificates.judgement import Verdict


def verdicts_text(verdicts: Sequence[Verdict], inside: Sequence[bool]) -> str:
    """A line for the domain of K*, then one for each verdict; promises not made are not held."""
    lines = [where(inside), f"{'':16}{'':9}{'slack':>10}{'tolerance':>11}  worst of"]
    for v in verdicts:
        if v.steps:
            word = "held" if v.holds else "FAILED"
            sides = f"{v.worst:10.1e}{v.tolerance:11.1e}  {v.steps} steps, at {v.at}"
        else:
            word, sides = "no step", f"{'':21}  0 steps"
        lines.append(f"{v.name:16}{word:9}{sides}")
    return "\n".join(lines)


def where(inside: Sequence[bool]) -> str:
    """When the run came to lie in the domain of K*."""
    if True not in inside:
        return f"outside dom K* at all {len(inside)} steps: Theorem 4.1, part 2, promises nothing"
    first = list(inside).index(True)
    return f"inside dom K* at {sum(inside)} of {len(inside)} steps, first at step {first}"
