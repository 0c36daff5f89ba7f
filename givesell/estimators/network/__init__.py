"""Learning a network, apart from running one."""
