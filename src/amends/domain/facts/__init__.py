"""What we have been told, frozen. Fields stand in the order in which `store/sql/load.sql` gives them."""
