"""Figures of after-sales in words, tables and reports."""
