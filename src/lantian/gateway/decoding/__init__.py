"""From frames to rows (解码入表): what a spooled frame of a registered device says, in the lake's units; no sockets."""

from lantian.gateway.decoding.decoder import Decoder
from lantian.gateway.decoding.rows import ENGINE_ROWS, POSITION_ROWS, READING_ROWS, Decoded, table_of

__all__ = ["ENGINE_ROWS", "POSITION_ROWS", "READING_ROWS", "Decoded", "Decoder", "table_of"]
