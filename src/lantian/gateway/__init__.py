"""The gateway (接入网关): listeners, registry, spool and what carries frames into the lake; no Django."""
