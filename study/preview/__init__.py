"""What a study would do, shown before it runs: rates, cost, depth groups, images, range tests."""
