"""Many clips enter as rows, a run's tables, pages and failures leave; serial, in processes or on a cluster."""
