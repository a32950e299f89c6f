"""Device protocols (报文协议): bytes in, events out; no socket, no clock. Pure."""
