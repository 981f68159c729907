"""The preview of a study: rates, cost, depth groups, images and range tests, before anything is trained."""
