"""What is checked and made before the first trial: data, start weights, how each network is computed."""
