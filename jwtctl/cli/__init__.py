"""The command line: parse, one call, emit. Heavy imports stand in the bodies of commands."""
