"""Labels that models trained on other articles doubt."""
