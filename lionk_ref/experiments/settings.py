"""Section 5. The settings of a figure: frozen, from the command line, kept with the results."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

AT_LEAST_ONE = {
    *("steps", "sweep_steps", "batch_size", "every", "balance_every", "measure_every"),
    *("checkpoint", "certified", "seeds", "window", "sequences", "context"),
    *("widths", "width", "heads", "depth"),
}
POSITIVE = frozenset({"lr", "lrs", "sweep_lr", "reach"})


@dataclass(frozen=True)
class Config:
    """What a figure of Section 5 can be asked to change; each figure has a subclass.

    The fields are int, float, str, or tuples of one of them, with defaults. No number may be
    negative or infinite and no tuple empty; numbers that count something are at least 1.

    Attributes
    ----------
    positive : frozenset of str
        The fields by which something is divided, or scaled: they are above 0.

    Raises
    ------
    ValueError
        If a number is out of its range, or a tuple is empty.
    """

    positive: ClassVar[frozenset[str]] = POSITIVE

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value == ():
                raise ValueError(f"The setting {name} needs one value or more, got none.")
            for number in value if isinstance(value, tuple) else (value,):
                _require_range(name, number, name in self.positive)


C = TypeVar("C", bound=Config)


def configured(kind: type[C], settings: Sequence[str]) -> C:
    """A figure's settings, Section 5, changed by texts such as ``lr=0.01`` or ``lams=0,1,2``.

    Raises
    ------
    ValueError
        If a text is no ``key=value``, the key is unknown, or the value does not fit.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Small(Config):
    ...     steps: int = 10
    ...     lams: tuple[float, ...] = (0.0, 1.0)
    >>> configured(Small, ["lams=1,2,3"])
    Small(steps=10, lams=(1.0, 2.0, 3.0))
    """
    hints = get_type_hints(kind)
    changes = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(f"--set needs key=value, got {setting!r}.")
        if name not in hints:
            raise ValueError(f"Unknown setting {name!r}; this figure has: {described(kind())}.")
        changes[name] = _parsed(name, text, hints[name])
    return kind(**changes)


def described(config: Config) -> str:
    """The settings of a figure of Section 5 in one line, as --set takes them."""
    values = {field.name: getattr(config, field.name) for field in fields(config)}
    return ", ".join(f"{name}={_written(value)}" for name, value in values.items())


def _written(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _parsed(name: str, text: str, hint: Any) -> Any:
    if get_origin(hint) is tuple:
        entry = get_args(hint)[0]
        return tuple(_parsed(name, part, entry) for part in text.split(",") if part)
    readers: dict[Any, tuple[str, Callable[[str], Any]]] = {
        int: ("a whole number", int),
        float: ("a number", float),
        str: ("text", str),
    }
    wanted, read = readers[hint]
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"The setting {name} needs {wanted}, got {text!r}.") from None


def _require_range(name: str, value: Any, positive: bool) -> None:
    least = 1 if name in AT_LEAST_ONE else 0
    if not isinstance(value, int | float):
        return
    if not least <= value < math.inf or (positive and value == 0):
        wanted = "> 0" if positive else f">= {least}"
        raise ValueError(f"The setting {name} needs a finite number {wanted}, got {value!r}.")
