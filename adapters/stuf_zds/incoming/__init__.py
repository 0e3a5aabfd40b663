"""What comes in: of a zaaksysteem for the postroom, of an application for the core's types."""
