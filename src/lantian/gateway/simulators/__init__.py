"""Simulated devices (模拟设备): a made-up district that talks to the gateway over real sockets; no Django.

``world`` says how the air, the sites and the plants really are; ``instruments`` what devices make of it, with the
faults and frauds of ``faults``; ``clients`` speak the protocols; ``truth`` keeps what was wrong, for whoever judges
the alarms. Everything but the clients is a pure function of the seed and the time.
"""
