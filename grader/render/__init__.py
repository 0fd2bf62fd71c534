"""What comes out of a graded class: one module per audience, each turns reports into text.

terminal     the instructor at a shell, and one student's `grader check`
tables       grades.csv for a spreadsheet, results.jsonl for programs
html         index.html for the instructor, feedback/<student>.html for each student
continuous   a push: job summary, annotations, JUnit XML
pages        writes all files of a class
"""
