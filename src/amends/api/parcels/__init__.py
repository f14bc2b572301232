"""The way back of goods, and what carriers tell of it."""
