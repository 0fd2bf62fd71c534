"""The student's side of the border: reads a submission and runs its functions; decides nothing."""
