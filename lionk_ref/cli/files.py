"""Files that are whole or not there, for every verb: see `lionk_ref.files`."""

from lionk_ref.files import write_all as write_all
