"""Drafts of policy, what is proved of them, decisions derived again, and the sandbox's clock."""
