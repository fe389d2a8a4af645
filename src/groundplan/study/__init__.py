"""A study: one TOML file that says which country, which plan and which policy; read, changed and written."""
