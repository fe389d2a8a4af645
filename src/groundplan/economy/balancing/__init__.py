"""Tables made to agree with what is known of them."""
