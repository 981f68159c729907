"""Worth of a study's search: its winners, what more of it would bring, and the settings that mattered."""
