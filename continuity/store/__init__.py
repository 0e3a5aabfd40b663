"""What is stored, and the promises that every store keeps."""
