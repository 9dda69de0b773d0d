"""Key sets over time: fetched, compared, merged. The only room that speaks HTTP."""
