"""What tests of the kernel share."""

from __future__ import annotations

import inspect
from itertools import product

import pytest


def _given(check):
    """The arguments of each run of *check*, as its parametrize marks say them."""
    marks = [mark for mark in getattr(check, "pytestmark", ()) if mark.name == "parametrize"]
    for values in product(*(mark.args[1] for mark in marks)):
        arguments = {}
        for mark, value in zip(marks, values, strict=True):
            names = mark.args[0]
            names, value = ((names,), (value,)) if isinstance(names, str) else (names, value)
            arguments.update(zip(names, value, strict=True))
        yield arguments


@pytest.fixture
def run_check(request):
    """A function that runs one check of a conformance suite with the fixtures of the test."""

    def run(name):
        check = getattr(request.instance, name)
        for given in _given(check):
            wanted = [one for one in inspect.signature(check).parameters if one not in given]
            check(**given, **{one: request.getfixturevalue(one) for one in wanted})

    return run
