"""What runs the server as a program: command line, configuration, daemon, systemd, logging."""
