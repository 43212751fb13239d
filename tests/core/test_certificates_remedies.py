"""What is said of a certificate that is not trusted depends on what it lacks."""

from __future__ import annotations

import ssl

import pytest
from ftrack_core.ports import remedy_for

SELF_SIGNED, HOST, NO_AUTHORITY, NO_AUTHORITY_KEY, NO_KEY_USAGE = 18, 62, 79, 85, 92


def refusal(code):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


@pytest.mark.parametrize("code", [SELF_SIGNED, HOST])
def test_a_private_authority_can_be_made_known(code):
    assert "ca_bundle" in remedy_for(refusal(code))
    assert remedy_for(refusal(code), "ask your studio") == "ask your studio"


@pytest.mark.parametrize("code", [NO_AUTHORITY, NO_AUTHORITY_KEY, NO_KEY_USAGE])
def test_what_only_a_strict_python_misses_has_to_be_made_again(code):
    assert "Python 3.13" in remedy_for(refusal(code), "ask your studio")
