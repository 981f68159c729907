"""One model of one configuration: recommended, trained on all there is, calibrated, written with its card."""
