"""Ray Tune: the driver and what surrounds a study's only `Tuner`."""
