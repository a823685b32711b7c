"""What a card is: frozen values, strict reading with file:line errors, writing."""
