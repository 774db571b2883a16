"""What billing puts on paper for patients, each set from plain values alone."""
