def main():
    raise ValueError("my own check failed")


main()
