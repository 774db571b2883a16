"""The words around what is signed, in English and Spanish, and what the desk reads of a notice."""
