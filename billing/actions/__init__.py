"""What a person did to charges, claims, remittances and money, a file a noun."""
