import FoundationEssentials

/// The Engine API's objects with only the fields that are read, under the API's own names.

package struct EngineVersion: Decodable, Sendable {
    package var Version: String
    package var ApiVersion: String
    package var MinAPIVersion: String?
    /// `amd64`, `arm64`, … as Go names them.
    package var Arch: String?
}

/// `{}`, of which the API is fond.
package struct Empty: Codable, Sendable, Equatable {
    package init() {}
}

/// An entry of the list of containers.
package struct ContainerSummary: Decodable, Sendable, Equatable {
    package var Id: String
    package var Names: [String]
    package var Image: String
    package var ImageID: String?
    package var Command: String
    /// Seconds since 1970.
    package var Created: Int
    package var State: String
    package var Labels: [String: String]

    package init(
        Id: String, Names: [String], Image: String = "", ImageID: String? = nil, Command: String = "", Created: Int = 0,
        State: String = "running", Labels: [String: String] = [:]
    ) {
        self.Id = Id
        self.Names = Names
        self.Image = Image
        self.ImageID = ImageID
        self.Command = Command
        self.Created = Created
        self.State = State
        self.Labels = Labels
    }

    /// The name without the slash that the API puts before it.
    package var name: String { Names.first.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 } ?? "" }
    package var isRunning: Bool { State == "running" }
}

package struct ContainerDetails: Decodable, Sendable {
    package struct StateDetails: Decodable, Sendable {
        package var Status: String
        package var Running: Bool
        package var Restarting: Bool?
        package var OOMKilled: Bool?
        package var ExitCode: Int
        package var Error: String?
        package var StartedAt: String?
    }

    package struct ConfigDetails: Decodable, Sendable {
        package var Tty: Bool
        package var StopSignal: String?
        package var Image: String
        package var Env: [String]?
        package var Labels: [String: String]?
    }

    package struct NetworkDetails: Decodable, Sendable {
        package struct Network: Decodable, Sendable {
            package var IPAddress: String?
            package var GlobalIPv6Address: String?
        }

        package var Networks: [String: Network]?
    }

    package struct HostDetails: Decodable, Sendable {
        package var NetworkMode: String?
    }

    package var Id: String
    package var Name: String
    package var State: StateDetails
    package var Config: ConfigDetails
    package var HostConfig: HostDetails
    package var NetworkSettings: NetworkDetails

    /// When it was started last, in seconds since 1970; `nil` when it never was.
    package var startedAt: Int? {
        guard let text = State.StartedAt, !text.hasPrefix("0001-"), text.utf8.count >= 19,
            let date = try? Date(String(text.prefix(19)) + "Z", strategy: .iso8601)
        else { return nil }
        return Int(date.timeIntervalSince1970)
    }

    /// The address in the network it was started in, else in the first by name.
    package var address: String? {
        let networks = self.NetworkSettings.Networks ?? [:]
        let mode = self.HostConfig.NetworkMode ?? "default"
        if mode == "host" { return "127.0.0.1" }
        let ordered = ([mode == "default" ? "bridge" : mode] + networks.keys.sorted()).compactMap { networks[$0] }
        return ordered.lazy.flatMap { [$0.IPAddress, $0.GlobalIPv6Address] }.compactMap { $0 }.first { !$0.isEmpty }
    }
}

package struct ContainerCreated: Decodable, Sendable {
    package var Id: String
    package var Warnings: [String]?
}

package struct WaitResult: Decodable, Sendable {
    package var StatusCode: Int
}

package struct ExecCreated: Decodable, Sendable {
    package var Id: String
}

package struct ExecDetails: Decodable, Sendable {
    package var Running: Bool
    package var ExitCode: Int?
}

/// One line of the events stream.
package struct EngineEvent: Decodable, Sendable, Equatable {
    package struct Actor: Decodable, Sendable, Equatable {
        package var ID: String
        package var Attributes: [String: String]?
    }

    package var `Type`: String?
    package var Action: String
    /// Nanoseconds since 1970.
    package var timeNano: Int?
    package var Actor: Actor
}
