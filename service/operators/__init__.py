"""The people on shift: their accounts, their second factor, who is here, and the reasons they gave."""
