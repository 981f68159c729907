"""Files that no one took for images: what operating systems, file servers and editors leave beside them."""

_FOLDERS = frozenset(
    (
        "__macosx",
        "@eadir",
        "@__thumb",
        "#recycle",
        "#snapshot",
        "@recycle",
        "@recently-snapshot",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "network trash folder",
        "temporary items",
    )
)
_FILES = frozenset(("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "picasa.ini"))


def is_dropping(name: str) -> bool:
    """Say whether a file or folder of this name is hidden or left by a system: `.x`, `@eaDir`, `Thumbs.db`, `x.png~`.

    Hidden are also AppleDouble files (`._x`) and the thumbnails of Linux and of QNAP (`.thumbnails`, `.@__thumb`);
    cameras leave a small JPEG beside a film or a raw photograph (`x.THM`).
    """
    lower = name.lower()
    return (
        lower.startswith((".", "~$")) or lower.endswith(("~", ".thm")) or lower in _FOLDERS or lower in _FILES
    )
