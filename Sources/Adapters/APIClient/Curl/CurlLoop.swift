import CCurl

/// The thread that drives libcurl's multi handle. It starts with the first transfer and ends when nobody holds the
/// loop any more: not the transport, and no reader of a stream.
final class CurlLoop: Sendable {
    private enum Command: Sendable {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case resume(CurlTransfer)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isStopping = false
        /// Set while the thread runs; its owner is the thread, others may only wake it, and only under the lock.
        var multi: UnsafeMutableRawPointer?
    }

    private let inbox = Guarded(Inbox())

    func start(_ transfer: CurlTransfer) { post(.start(transfer)) }
    func cancel(_ transfer: CurlTransfer) { post(.cancel(transfer)) }
    func resume(_ transfer: CurlTransfer) { post(.resume(transfer)) }

    deinit {
        inbox.withLock { inbox in
            inbox.isStopping = true
            if let multi = inbox.multi { _ = ccurl_multi_wakeup(multi) }
        }
    }

    private func post(_ command: Command) {
        inbox.withLock { inbox in
            guard !inbox.isStopping else { return }
            inbox.commands.append(command)
            if let multi = inbox.multi {
                _ = ccurl_multi_wakeup(multi)
            } else if case .start = command, let multi = ccurl_multi_init() {
                ccurl_multi_limit_cached(multi, 256)
                inbox.multi = multi
                startThread { [inbox = self.inbox] in Self.run(inbox) }
            }
        }
    }

    private static func run(_ inbox: Guarded<Inbox>) {
        var live: [UnsafeMutableRawPointer: CurlTransfer] = [:]
        guard let multi = inbox.withLock({ $0.multi }) else { return }
        func finish(_ transfer: CurlTransfer, _ code: CURLcode) {
            guard live.removeValue(forKey: transfer.easy.pointer) != nil else { return }
            _ = ccurl_multi_remove(multi, transfer.easy.pointer)
            transfer.ended(code)
        }
        while true {
            let (commands, isStopping) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isStopping)
            }
            for command in commands {
                switch command {
                case .start(let transfer):
                    transfer.attach()
                    live[transfer.easy.pointer] = transfer
                    if ccurl_multi_add(multi, transfer.easy.pointer) != 0 { finish(transfer, CURLE_FAILED_INIT) }
                case .cancel(let transfer):
                    finish(transfer, CURLE_ABORTED_BY_CALLBACK)
                case .resume(let transfer):
                    if live[transfer.easy.pointer] != nil { ccurl_easy_pause(transfer.easy.pointer, CURLPAUSE_CONT) }
                }
            }
            if isStopping { break }
            var running: Int32 = 0
            _ = ccurl_multi_perform(multi, &running)
            var code = CURLE_OK
            while let easy = ccurl_multi_next_ended(multi, &code) {
                if let transfer = live[easy] { finish(transfer, code) }
            }
            _ = ccurl_multi_poll(multi, 1_000)
        }
        for transfer in live.values { finish(transfer, CURLE_ABORTED_BY_CALLBACK) }
        inbox.withLock { $0.multi = nil }
        ccurl_multi_cleanup(multi)
    }
}
