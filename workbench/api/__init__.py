"""The REST face of the workbench: one router per concept, and the gates that every request passes."""
