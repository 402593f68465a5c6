"""client/*: clients, their contacts and companies."""
