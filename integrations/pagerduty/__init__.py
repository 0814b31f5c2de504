"""PagerDuty: one service as a PagingPort, and documents as what a pager shows."""
