"""`lamplit replay`: what the judge saw, fix by fix, with the thresholds. Explains an alarm; decides nothing."""
