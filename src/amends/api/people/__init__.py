"""Sellers, their staff and the platform's: members, officers, providers, invitations and tokens."""
