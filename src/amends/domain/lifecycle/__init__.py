"""The state machines as tables that can be seen whole. A row says: from, event, by whom, to, clocks, effects wished."""
