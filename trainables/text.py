"""Names and messages from outside as text that can be printed and written down everywhere."""

import unicodedata

_UNSEEN = frozenset(("Cc", "Cs", "Zl", "Zp"))
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that change in which direction others are written, and the mark of byte order."""
_FIRST_BYTE, _LAST_BYTE = 0xDC80, 0xDCFF
"""What Python reads the bytes 80 to ff of a file's name as where they are no UTF-8 (PEP 383)."""


def printable(text: str, *, keep: str = "") -> str:
    r"""Return a text with an escape in place of what can't be written in UTF-8 or would change how the rest is shown.

    These are control characters (`\n`, `\x1b`), line breaks of Unicode, marks of direction (`\u202e`) and the bytes of
    a file's name that is not UTF-8: a folder `café` named in Latin-1 is `caf\xe9`. Everything else stays, whatever its
    script. Different names may come out equal, if one of them spells an escape out.

    Args:
        text: The text.
        keep: Characters that stay, such as the line breaks of a message.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep else _seen(c) for c in text)


def counted(number: int, noun: str, one: str = "", many: str = "") -> str:
    """Return a number with its noun and verb, as "1 image has" and "2 images have".

    Args:
        number: The number.
        noun: The noun, which takes an s in the plural.
        one: The verb of one; none where there is none.
        many: The verb of another number.
    """
    if number == 1:
        return f"1 {noun} {one}".rstrip()
    return f"{number} {noun}s {many}".rstrip()


def _seen(character: str) -> str:
    code = ord(character)
    if _FIRST_BYTE <= code <= _LAST_BYTE:
        return f"\\x{code - 0xDC00:02x}"
    if character in _DIRECTIONS or unicodedata.category(character) in _UNSEEN:
        return character.encode("unicode_escape").decode("ascii")
    return character
