"""The plan of a run: its phases, how each trains, when validation ends one."""
