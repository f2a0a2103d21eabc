"""The pictures of a session: made once as data, and drawn as PNG and as SVG."""
