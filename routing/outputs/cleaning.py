"""Text from data as it may be printed: without signs that steer a screen."""

import unicodedata

KEPT = {"\n"}
DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Unicode: controls, format signs (among them those that turn the direction of text),
lone surrogates, private and unassigned signs."""


def printable(text: str) -> str:
    """Return the text without control, direction and unassigned signs; lines are kept."""
    dropped = {
        ord(sign): None
        for sign in set(text)
        if sign not in KEPT and unicodedata.category(sign) in DROPPED
    }
    return text.translate(dropped) if dropped else text
