"""Orders as the host tells them, what may be asked of them, and the request itself."""
