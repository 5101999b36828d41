"""What is true and what may be done, whoever asks: a web page could use it as well as a bot."""
