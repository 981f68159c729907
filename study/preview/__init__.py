"""The preview of a study: rates, cost, depth groups, images, range tests."""
