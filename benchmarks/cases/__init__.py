"""One module for each subject; every module here is loaded by the registry."""
