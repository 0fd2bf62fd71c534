seed = int(input("seed? "))
