import AdapterKit
import JSONDocument

/// Where a process takes traffic (contract 3.5), and the labels by which Nomad knows its ports.
struct Ports: Sendable, Equatable {
    /// The port that the process is told to listen on.
    let primary: Int
    /// Every port of the container, the primary one first.
    private(set) var numbers: [Int]

    /// The label of the primary port.
    static let primaryLabel = "http"

    /// The port of a process that says nothing about ports.
    static let fallback = 5_000

    /// Those of `web`.
    /// - Parameter image: `nil` when nothing is known of it.
    init(_ routes: Routes, image: ImageFacts?) {
        primary = routes.ports.first { $0.scheme != "udp" }?.containerPort ?? image?.exposedPorts.first ?? Self.fallback
        numbers = [primary]
        for map in routes.ports { add(map.containerPort) }
    }

    /// The one of a process that is exposed without being `web`.
    init(exposing port: Int) {
        primary = port
        numbers = [port]
    }

    /// A port that is not for traffic but is asked by a check.
    mutating func add(_ number: Int) {
        if !numbers.contains(number) { numbers.append(number) }
    }

    static func label(_ number: Int, primary: Int) -> String { number == primary ? primaryLabel : "port_\(number)" }

    var labels: [String] { numbers.map { Self.label($0, primary: primary) } }

    /// The network of a group: each port on some port of the node.
    func network(_ mode: JobSettings.NetworkMode) -> JSONValue {
        let ports = numbers.map { number -> JSONValue in
            ["Label": .string(Self.label(number, primary: primary)), "To": .integer(number)]
        }
        var network: [String: JSONValue] = ["DynamicPorts": .array(ports)]
        if mode == .bridge { network["Mode"] = "bridge" }
        return .object(network)
    }
}
