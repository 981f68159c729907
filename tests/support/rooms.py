"""The rooms of each package from the lowest up: a room imports of those below it alone."""

ROOMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "study": (
        ("samplers", "trial_schedulers"),
        ("spec",),
        ("search",),
        ("results",),
        ("preparation",),
        ("preview", "tracking"),
        ("tuning",),
        ("commands",),
    ),
    "trainables": (
        ("schedules",),
        ("plan",),
        ("recipes",),
        ("sharing",),
        ("range_test",),
        ("data",),
        ("networks",),
        ("compute",),
        ("inputs",),
        ("optim",),
        ("loop",),
        ("prefixes",),
    ),
    "analysis": (
        ("statistics",),
        ("loading",),
        ("findings",),
        ("wording",),
        ("tables", "figures"),
        ("report",),
    ),
}
