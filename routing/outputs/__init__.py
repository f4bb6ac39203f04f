"""What leaves the planner: maps, report, workbook, and the plan on disk."""
