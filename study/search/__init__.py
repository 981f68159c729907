"""The runs of a study: its plan, its budget, the searches of its arms, the ranking of their trials."""
