"""MLflow tracking, gates, promotion and the Bento builder: the only package that uses MLflow."""
