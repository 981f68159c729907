"""What a study's records show, computed: contrasts, winners, budgets, costs."""
