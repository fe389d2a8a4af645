"""Documents put together in forms: scenarios, rules, weights, works, and the programme that goes by them."""
