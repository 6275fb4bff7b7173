import AdapterKit
import JSONDocument

/// What an instance is given, out of Dokku's reservations and limits (contract 3.9).
struct NomadResources: Sendable, Equatable {
    private(set) var cpu: Int
    private(set) var memory: Int
    /// MB that it may have beyond what it is given.
    private(set) var hardMemory: Int?
    /// Whether it never gets more processor time than it is given.
    private(set) var isHardCPU = false
    private(set) var gpus: Int?
    /// What has no counterpart, as sentences for the person.
    private(set) var unmapped: [String] = []

    /// - Parameter owner: whose they are, for messages.
    init(_ resources: Resources, _ settings: JobSettings, owner: String) throws {
        func amount(_ key: String, _ part: [String: String], _ verb: String, _ read: (String) -> Int?) throws -> Int? {
            guard let text = part[key], !text.isEmpty else { return nil }
            guard let amount = read(text) else {
                throw AdapterError(
                    .invalidInput, "resource \(key) '\(text)' of \(owner) is no amount",
                    hint: "resource:\(verb) --\(key) VALUE --process-type \(owner) APP")
            }
            return amount > 0 ? amount : nil
        }
        let mhz = { (text: String) in Self.processors(text).map { Int(($0 * Double(settings.cpuMHz)).rounded()) } }
        let cpuLimit = try amount("cpu", resources.limits, "limit", mhz)
        let cpuReserved = try amount("cpu", resources.reservations, "reserve", mhz)
        let memoryLimit = try amount("memory", resources.limits, "limit", Self.megabytes)
        let memoryReserved = try amount("memory", resources.reservations, "reserve", Self.megabytes)
        cpu = max(1, cpuReserved ?? cpuLimit ?? settings.defaultCPU)
        if let cpuLimit {
            isHardCPU = cpu >= cpuLimit
            if !isHardCPU {
                unmapped.append(
                    "resource cpu of \(owner) has a limit beyond its reservation, which Nomad does not enforce")
            }
        }
        // Below 10 MB a job is refused.
        memory = max(10, memoryReserved ?? memoryLimit ?? settings.defaultMemory)
        if let memoryLimit, memoryLimit > memory { hardMemory = memoryLimit }
        for (key, text) in resources.limits.merging(resources.reservations, uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) where !text.isEmpty {
            switch key {
            case "cpu", "memory": break
            case "nvidia-gpu": gpus = Int(text)
            default: unmapped.append("resource \(key) of \(owner) has no counterpart in Nomad and is left out")
            }
        }
    }

    /// `Resources` of a task.
    var document: JSONValue {
        var document: [String: JSONValue] = ["CPU": .integer(cpu), "MemoryMB": .integer(memory)]
        if let gpus, gpus > 0 { document["Devices"] = [["Name": "nvidia/gpu", "Count": .integer(gpus)]] }
        return .object(document)
    }

    /// The same as the docker driver takes it.
    var driverConfig: [String: JSONValue] {
        var config: [String: JSONValue] = [:]
        if let hardMemory { config["memory_hard_limit"] = .integer(hardMemory) }
        if isHardCPU { config["cpu_hard_limit"] = true }
        return config
    }

    /// `2`, `0.5` or thousandths, `500m`.
    private static func processors(_ text: String) -> Double? {
        let isThousandths = text.hasSuffix("m")
        guard let number = Double(isThousandths ? String(text.dropLast()) : text), (0..<100_000).contains(number) else {
            return nil
        }
        return isThousandths ? number / 1_000 : number
    }

    /// A bare number is megabytes, and `512m` or `2g` mean what they mean to Docker.
    static func megabytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits) else { return nil }
        let bytes: Double? =
            switch text.dropFirst(digits.count).lowercased() {
            case "": number * 1_048_576
            case "b": number
            case "k", "kb", "ki", "kib": number * 1_024
            case "m", "mb", "mi", "mib": number * 1_048_576
            case "g", "gb", "gi", "gib": number * 1_073_741_824
            case "t", "tb", "ti", "tib": number * 1_099_511_627_776
            default: nil
            }
        return bytes.flatMap { Int(exactly: ($0 / 1_048_576).rounded(.up)) }
    }
}
