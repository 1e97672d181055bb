"""Access to MLflow: runs, versions and their files, stages, the log of promotions."""
