"""The walking network: read OpenStreetMap, snap doors, walking times and paths. Pure."""
