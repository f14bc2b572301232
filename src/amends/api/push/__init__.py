"""What reaches people by itself: live push, notices, and what a shop must look after."""
