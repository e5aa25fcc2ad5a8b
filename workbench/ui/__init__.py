"""What people see: Gradio's page with the frame around it, one module per tab, and the strings in three languages."""
