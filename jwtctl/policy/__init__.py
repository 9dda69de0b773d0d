"""What a team decided about its keys: the file `jwtctl.toml`."""
