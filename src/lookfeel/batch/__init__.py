"""Many clips enter, as files or rows of a manifest; a run folder with tables, reports and a team page leaves."""
