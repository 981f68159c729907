"""Which runs a study has: its plan, its budget, the searches of its arms, the ranking of what they found."""
