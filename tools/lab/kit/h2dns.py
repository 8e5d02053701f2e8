"""DNS over HTTP/2 without TLS: a client that keeps its connection, and a terminator's back end that pads.

Both are python3-h2; the messages are those of a real resolver.
"""
import base64
import itertools
import os
import socket
import socketserver

import dns.edns
import dns.message
import dns.query
import h2.connection
import h2.config
import h2.events

TYPE = ("content-type", "application/dns-message")


class Session:
    """A client's connection, open until it is dropped.  Every second request is a GET."""

    def __init__(self, server, port=80):
        self.sock = socket.create_connection((server, port), 5)
        self.authority = server if ":" not in server else "[%s]" % server
        self.conn = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.conn.initiate_connection()
        self.conn.increment_flow_control_window(1 << 24)
        self.get = False
        self._flush()

    def _flush(self):
        self.sock.sendall(self.conn.data_to_send())

    def ask_all(self, queries):
        """Send all QUERIES (dnspython) before an answer is read; returns the answers in their order."""
        bodies = {self._request(q.to_wire()): b"" for q in queries}
        self._flush()
        ended = 0
        while ended < len(bodies):
            got = self.sock.recv(65536)
            if not got:
                raise EOFError("the server closed the connection")
            for event in self.conn.receive_data(got):
                if isinstance(event, h2.events.DataReceived):
                    self.conn.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    bodies[event.stream_id] += event.data
                ended += isinstance(event, h2.events.StreamEnded)
            self._flush()
        return [dns.message.from_wire(body) for body in bodies.values()]

    def _request(self, wire):
        stream = self.conn.get_next_available_stream_id()
        path = "/dns-query" + ("?dns=" + base64.urlsafe_b64encode(wire).decode().rstrip("=") if self.get else "")
        headers = [(":method", "GET" if self.get else "POST"), (":scheme", "http"), (":authority", self.authority), (":path", path),
                   ("accept", TYPE[1])]
        self.conn.send_headers(stream, headers + ([] if self.get else [TYPE]), end_stream=self.get)
        if not self.get:
            self.conn.send_data(stream, wire, end_stream=True)
        self.get = not self.get
        return stream


class _Padding(socketserver.BaseRequestHandler):
    """Hands each question to the resolver on the same host and makes some answers as large as one may be."""

    FILLER = 32000      # characters of a header that needs CONTINUATION

    def handle(self):
        conn = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        conn.initiate_connection()
        self.request.sendall(conn.data_to_send())
        paths, bodies = {}, {}
        while True:
            got = self.request.recv(65536)
            if not got:
                return
            for event in conn.receive_data(got):
                if isinstance(event, h2.events.RequestReceived):
                    paths[event.stream_id], bodies[event.stream_id] = dict(event.headers)[":path"], b""
                elif isinstance(event, h2.events.DataReceived):
                    conn.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    bodies[event.stream_id] += event.data
                elif isinstance(event, h2.events.StreamEnded):
                    self.answer(conn, event.stream_id, paths[event.stream_id], bodies[event.stream_id])
            self.request.sendall(conn.data_to_send())

    def answer(self, conn, stream, path, body):
        if not body:
            text = path.partition("dns=")[2]
            body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        query = dns.message.from_wire(body)
        reply = dns.query.tcp(query, self.server.resolver, 5)
        size = next(self.server.sizes)
        reply.use_edns(0, options=[dns.edns.GenericOption(12, bytes(size - len(reply.to_wire())))])
        wire = reply.to_wire(max_size=65535)
        filler = [("x-filler", os.urandom(self.FILLER // 2).hex())] if size > 50000 else []
        conn.send_headers(stream, [(":status", "200"), TYPE] + filler)
        for at in range(0, len(wire), 16000):
            conn.send_data(stream, wire[at:at + 16000], end_stream=at + 16000 >= len(wire), pad_length=200)


class PaddingServer(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port, resolver):
        self.resolver, self.sizes = resolver, itertools.cycle((60000, 3000, 20000, 3000))
        super().__init__(("::", port), _Padding)
