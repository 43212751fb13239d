"""The event server: socket.io 0.9 over a websocket, beside the API."""
