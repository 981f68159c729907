"""The rooms of each package from the lowest up: folders, and modules that lie beside them.

A room imports of those below it alone; rooms side by side import nothing from one another.
"""

ROOMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "study": (
        ("errors", "importing_mlflow", "named_objects", "proxies", "ranges"),
        ("models", "samplers", "trial_schedulers"),
        ("spec",),
        ("search",),
        ("results",),
        ("preparation",),
        ("cards", "look", "preview", "tracking"),
        ("fitting", "tuning"),
        ("commands",),
        ("cli",),
    ),
    "trainables": (
        (
            "checkpoint",
            "errors",
            "generators",
            "identity",
            "limits",
            "objectives",
            "range_test",
            "record",
            "sharing",
            "text",
        ),
        ("schedules", "settings"),
        ("data.sources", "plan"),
        ("data.decoding", "recipes"),
        ("data.readers",),
        ("data",),
        ("networks",),
        ("compute", "config"),
        ("inputs",),
        ("optim",),
        ("loop",),
        ("prefixes", "profiling"),
        ("run",),
        ("classifier", "many_heads", "trainable"),
        ("augmented_classifier",),
        ("calibrated",),
    ),
    "analysis": (
        ("statistics",),
        ("loading",),
        ("findings",),
        ("wording",),
        ("comparison", "page_templates"),
        ("tables", "figures"),
        ("report", "label_curve", "several"),
    ),
}


def room_of(module: str) -> str:
    """Return the room that a module lies in, such as `study.spec` or `trainables.data.readers`."""
    package, _, inner = module.partition(".")
    fitting = [
        room
        for layer in ROOMS.get(package, ())
        for room in layer
        if inner == room or inner.startswith(f"{room}.")
    ]
    return f"{package}.{max(fitting, key=len)}" if fitting else module
