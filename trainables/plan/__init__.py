"""What a run is made of: phases, how each trains, when validation ends one."""
