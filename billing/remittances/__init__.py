"""What a payer says it paid, from the bytes of an 835 file to plain values. No database here."""
