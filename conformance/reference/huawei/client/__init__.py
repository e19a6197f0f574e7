"""A plain application of the Huawei platform that calls its API."""
