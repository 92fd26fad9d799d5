"""The formats a price source comes in; each turns bytes into one parsed source."""
