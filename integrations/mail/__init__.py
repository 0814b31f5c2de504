"""Mail: one sender on one SMTP server (RFC 5321) as a MailPort."""
