"""What is said in a case: messages, quick replies and macros."""
