Dear tutor, I could not upload my solution (the server
was down). May I have one more day?
