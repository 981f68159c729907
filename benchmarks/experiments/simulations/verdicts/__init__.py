"""Three verdicts on simulated studies: how often they are false, what they take, and whether what is said is true."""
