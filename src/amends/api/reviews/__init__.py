"""What people of the platform rule on: disputes, re-checks, chargebacks, and the lanes in which they wait."""
