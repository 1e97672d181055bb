"""MLflow tracking, gates, promotion and the Bento builder: the only room that knows MLflow."""
