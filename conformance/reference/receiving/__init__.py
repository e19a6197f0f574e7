"""Reference applications: servers that receive what a platform pushes, for every platform whose document has notifications."""
