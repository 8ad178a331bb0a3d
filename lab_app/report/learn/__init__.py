"""How Learn looks on a terminal, and as JUnit."""
