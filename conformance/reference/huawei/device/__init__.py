"""A device that speaks to a Huawei platform (chapter 2), and the same device with faults."""
