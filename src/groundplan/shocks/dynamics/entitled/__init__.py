"""Entitlements: everybody may claim his base share of what could be supplied, and makes do with substitutes."""
