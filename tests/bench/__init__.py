"""What the main pages, a sync and a sign-in cost: counts and bytes that are held to bounds, times that are printed."""
