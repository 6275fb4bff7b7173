/// Takes Docker's multiplexed stream apart: frames of an 8-byte head (channel, three zeros, length) and a payload.
///
/// A container with a terminal has no frames; its bytes are not for this type.
package struct MultiplexedStream: Sendable {
    package enum Channel: UInt8, Sendable {
        case input = 0
        case output = 1
        case error = 2
        /// What the engine itself has to say of the stream.
        case system = 3
    }

    package struct Malformed: Error, Equatable {}

    private var head: [UInt8] = []
    private var channel = Channel.output
    private var left = 0
    private var gathered: [UInt8] = []

    package init() {}

    /// The payloads in `bytes`, in order. A frame may arrive in any number of pieces.
    /// - Parameter whole: hold a frame back until all of it is there, where frames mean messages.
    /// - Throws: ``Malformed`` when a head is none.
    package mutating func take(_ bytes: [UInt8], whole: Bool = false) throws -> [(
        channel: Channel, bytes: ArraySlice<UInt8>
    )] {
        var found: [(channel: Channel, bytes: ArraySlice<UInt8>)] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if left == 0 {
                let missing = rest.prefix(8 - head.count)
                head += missing
                rest = rest.dropFirst(missing.count)
                guard head.count == 8 else { break }
                guard let channel = Channel(rawValue: head[0]), head[1...3].allSatisfy({ $0 == 0 }) else {
                    throw Malformed()
                }
                self.channel = channel
                left = head[4...7].reduce(0) { $0 << 8 | Int($1) }
                head = []
                continue
            }
            let payload = rest.prefix(left)
            rest = rest.dropFirst(payload.count)
            left -= payload.count
            if !whole {
                found.append((channel, payload))
            } else if left > 0 {
                gathered += payload
            } else {
                found.append((channel, gathered.isEmpty ? payload : (gathered + payload)[...]))
                gathered = []
            }
        }
        return found
    }
}
