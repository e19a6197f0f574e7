"""From a selection of cases to results: nothing here knows a platform, a terminal or a test framework."""
