"""Great Expectations suites and the gate that decides on publishing."""
