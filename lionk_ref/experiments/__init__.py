"""Section 5. The paper's experiments: one import line and one entry for each figure."""

from lionk_ref.experiments.base import Figure as Figure
from lionk_ref.experiments.base import Results as Results
from lionk_ref.experiments.base import Row as Row
from lionk_ref.experiments.context import Context as Context
from lionk_ref.experiments.figure_1 import Figure1
from lionk_ref.experiments.figure_2 import Figure2
from lionk_ref.experiments.figure_3 import Figure3
from lionk_ref.experiments.figure_4 import Figure4
from lionk_ref.experiments.figure_5 import Figure5
from lionk_ref.experiments.figure_6 import Figure6
from lionk_ref.experiments.figure_7 import Figure7
from lionk_ref.experiments.settings import Config as Config
from lionk_ref.experiments.store import Store as Store
from lionk_ref.experiments.training import Training as Training

FIGURES: dict[int, Figure] = {
    f.number: f
    for f in (Figure1(), Figure2(), Figure3(), Figure4(), Figure5(), Figure6(), Figure7())
}
"""The figures by their number in the paper."""
