"""Gradio components of the workbench: the place where a tab's room mounts itself."""
