"""Django's PostgreSQL, told before every statement for whom it is asked."""
