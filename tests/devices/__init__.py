"""Role device: the embedded device, right and wrong, and devices that are none."""
