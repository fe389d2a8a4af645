"""Need and readiness of places, by published weights."""
