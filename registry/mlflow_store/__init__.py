"""What MLflow holds: runs, versions and their files, stages, the log of promotions."""
