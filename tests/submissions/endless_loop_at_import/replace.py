def train():
    while True:
        pass


train()
