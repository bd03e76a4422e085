"""Room: mail to patients and staff, and the webhook; what is sent, to whom, in which words."""
