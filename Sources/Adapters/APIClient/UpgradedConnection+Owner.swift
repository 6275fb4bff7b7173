import CCurl
import Glibc

extension UpgradedConnection {
    /// The thread's side of a connection: it alone touches libcurl's handle.
    final class Owner {
        private let handle: CurlHandle
        private let request: APIRequest
        private let endpoint: APIEndpoint
        private let shared: Guarded<Shared>
        private var wakeDown: Int32 = -1
        private var head = UpgradeHead()
        private var stoppedFull = false

        init(handle: CurlHandle, request: APIRequest, endpoint: APIEndpoint, shared: Guarded<Shared>) {
            self.handle = handle
            self.request = request
            self.endpoint = endpoint
            self.shared = shared
        }

        func run() {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return fail("no pipe is to be had") }
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            wakeDown = ends[0]
            shared.withLock { $0.wakeUp = ends[1] }
            defer {
                shared.change { shared in
                    Glibc.close(shared.wakeUp)
                    shared.wakeUp = -1
                    shared.isClosed = true
                    shared.wakeWriters()
                }
                Glibc.close(wakeDown)
            }
            let code = ccurl_easy_perform(handle.pointer)
            guard code == CURLE_OK else {
                return end(.failure(handle.failure(code, call: request.summary, endpoint: endpoint.name)))
            }
            shared.withLock { shared in
                shared.outgoing = UpgradeHead.request(request, endpoint: endpoint) + shared.outgoing
            }
            converse(socket: ccurl_socket(handle.pointer))
        }

        private func fail(_ reason: String) {
            end(.failure(.interrupted(call: request.summary, reason: reason)))
        }

        private func end(_ result: Result<Void, APIFailure>) {
            shared.change { shared in
                if shared.receiveEnd == nil { shared.receiveEnd = result }
                if shared.opened == nil {
                    shared.opened = result
                    if case .success = result {
                        shared.opened = .failure(.interrupted(call: request.summary, reason: "it was ended"))
                    }
                }
                shared.wakeReader()
                shared.wakeOpener()
            }
        }

        private func converse(socket: Int32) {
            var isHalfClosed = false
            while true {
                let (wantsWrite, hasRoom, mayHalfClose, isClosed) = shared.withLock { shared in
                    (
                        !shared.outgoing.isEmpty, shared.received.count < UpgradedConnection.highWater,
                        shared.isWriteClosed && shared.outgoing.isEmpty && shared.opened != nil, shared.isClosed
                    )
                }
                if isClosed { return end(.success(())) }
                // What was left when there was no room may lie in TLS's own buffer, of which poll knows nothing.
                if stoppedFull && hasRoom {
                    stoppedFull = false
                    if !receive() { return }
                    continue
                }
                if mayHalfClose && !isHalfClosed {
                    isHalfClosed = true
                    shutdown(socket, Int32(SHUT_WR))
                }
                var polled = [
                    pollfd(fd: wakeDown, events: Int16(POLLIN), revents: 0),
                    // A socket that nothing is wanted of is left out: poll would tell of its hanging up again and again.
                    pollfd(
                        fd: hasRoom || wantsWrite ? socket : -1,
                        events: Int16(hasRoom ? POLLIN : 0) | Int16(wantsWrite ? POLLOUT : 0), revents: 0),
                ]
                guard poll(&polled, 2, -1) >= 0 || errno == EINTR else { return fail("poll failed") }
                if polled[0].revents != 0 {
                    var drained = [UInt8](repeating: 0, count: 64)
                    while Glibc.read(wakeDown, &drained, drained.count) > 0 {}
                }
                if wantsWrite && polled[1].revents & Int16(POLLOUT | POLLERR | POLLHUP) != 0 && !send() { return }
                if hasRoom && polled[1].revents & Int16(POLLIN | POLLERR | POLLHUP) != 0 && !receive() { return }
            }
        }

        private func send() -> Bool {
            let bytes = shared.withLock { $0.outgoing }
            var sent = 0
            let code = bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.map { ccurl_easy_send(handle.pointer, $0, bytes.count, &sent) } ?? CURLE_OK
            }
            if code == CURLE_AGAIN { return true }
            guard code == CURLE_OK else {
                // The other side no longer reads; what it has still to say may yet arrive.
                shared.change { shared in
                    shared.outgoing = []
                    shared.isWriteClosed = true
                    shared.wakeWriters()
                }
                return true
            }
            shared.change { shared in
                shared.outgoing.removeFirst(sent)
                guard shared.outgoing.count < UpgradedConnection.highWater else { return }
                shared.wakeWriters()
            }
            return true
        }

        /// Reads until the connection has nothing more for now: TLS may hold back what `poll` no longer announces.
        private func receive() -> Bool {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                var count = 0
                let code = ccurl_easy_recv(handle.pointer, &buffer, buffer.count, &count)
                if code == CURLE_AGAIN { return true }
                guard code == CURLE_OK else {
                    end(.failure(handle.failure(code, call: request.summary, endpoint: endpoint.name)))
                    return false
                }
                if count == 0 {
                    end(head.endOfStream(of: request))
                    return false
                }
                switch head.take(buffer[..<count], of: request) {
                case .more: continue
                case .failed(let failure):
                    end(.failure(failure))
                    return false
                case .stream(let bytes):
                    let isFull = shared.change { shared in
                        if shared.opened == nil {
                            shared.head = head.upgraded
                            shared.opened = .success(())
                            shared.wakeOpener()
                        }
                        shared.received += bytes
                        if !bytes.isEmpty { shared.wakeReader() }
                        return shared.received.count >= UpgradedConnection.highWater
                    }
                    if isFull {
                        stoppedFull = true
                        return true
                    }
                }
            }
        }
    }
}
