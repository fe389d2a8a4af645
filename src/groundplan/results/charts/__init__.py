"""Charts and maps as inline SVG: marks, scales, and the figures made of them."""
