if __name__ == "__main__":
    raise RuntimeError("this must not run")
