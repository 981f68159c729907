"""Trees of files: folders on the disk, and archives that are read without being unpacked."""
