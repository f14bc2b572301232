"""What goes in and out as files and feeds: imports, exports, webhooks, changes, the copy for an ERP."""
