"""The door through which outputs write their files: that of ``routing.atomic``."""

from routing.atomic import replacing, replacing_all, write_text

__all__ = ["replacing", "replacing_all", "write_text"]
