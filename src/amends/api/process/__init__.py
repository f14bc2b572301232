"""What one process holds of its own for as long as it lives: who listens, what is counted, the process that tries drafts."""
