"""Other people's optimizers behind one interface; none is imported before it is asked for."""

from lionk_ref.peers.interface import Peer as Peer
from lionk_ref.peers.interface import Setting as Setting
from lionk_ref.peers.interface import Stepper as Stepper
from lionk_ref.peers.interface import Unsupported as Unsupported
from lionk_ref.peers.registry import PEERS as PEERS
from lionk_ref.peers.registry import find as find
