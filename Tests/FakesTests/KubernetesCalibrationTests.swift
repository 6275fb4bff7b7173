import APIClient
import JSONDocument
import TestSupport
import Testing
import Traffic

@testable import Fakes

/// The Kubernetes fake against recordings of a real server.
@Suite(.timeLimit(.minutes(1)))
struct KubernetesCalibrationTests {
    static let recordings = [
        "apply-conflict", "attach", "crash", "delete", "deploy", "discovery", "errors", "exec", "image-missing", "job",
        "logs",
        "namespace", "objects", "patch", "permissions", "probes", "progress-deadline", "quota", "rollout", "scale",
        "statefulset",
        "unschedulable", "watch",
    ]

    /// What is a real cluster's own business, and why.
    private static let allowed: [(step: String, reason: String)] = [
        ("no token", "a recording does not show the client certificate that all the other requests bring")
    ]

    @Test(arguments: recordings)
    func answersAsRecorded(name: String) async throws {
        let recording = try Recording(har: Fixtures.bytes("kubernetes/1.20.2/\(name).har"))
        let fake = KubernetesFake(Self.configuration)
        // A real server forgets after minutes.
        if name == "watch" { await fake.compact() }
        var calibration = Calibration(
            fake, patience: 3,
            awaited: [
                "phase", "readyReplicas", "availableReplicas", "updatedReplicas", "restartCount", "ready", "reason",
            ])
        calibration.coding = KubernetesFrames.coding
        calibration.unframing = KubernetesFrames.split
        calibration.substitutions = ["‹secret:token›": "limited-token", "‹secret:authorization›": "wrong-token"]
        let ordered = Self.inOrderOfFrames(recording)
        let findings = await calibration.play(ordered)
        await fake.stop()
        let breaking = findings.filter { finding in
            let step = ordered.exchanges[finding.number - 1].step
            return finding.isBreaking && !Self.allowed.contains { $0.step == step }
        }
        #expect(breaking.isEmpty, "\(breaking.map(\.description).joined())")
    }

    static var configuration: KubernetesFake.Configuration {
        var configuration = KubernetesFake.Configuration()
        configuration.speed = 20
        configuration.images = ["linkspan/kit:1", "linkspan/kit:2"]
        configuration.tokens = [
            "limited-token": KubernetesAccess(
                user: "system:serviceaccount:kit-permissions:limited", rules: ["pods": ["get", "list"]])
        ]
        return configuration
    }

    /// A watch that went on while other things happened is asked for when they have happened: the fake tells it all
    /// the same, from the version on that the watch names.
    static func inOrderOfFrames(_ recording: Recording) -> Recording {
        var moved = recording
        let keyed = recording.exchanges.enumerated().map { index, exchange in
            (max(index, exchange.response.frames.compactMap(\.after).max() ?? 0), index, exchange)
        }
        moved.exchanges = keyed.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
        return moved
    }
}

/// How a recording's frames travel in Kubernetes.
enum KubernetesFrames {
    private static let channels = ["stdin", "stdout", "stderr", "error", "resize"]

    static let coding = Calibration.FrameCoding(
        message: { frame in
            guard let number = channels.firstIndex(of: frame.channel) else { return .close(1000, "") }
            if case .json(let document) = frame.content {
                return .binary([UInt8(number)] + Array(document.compact.utf8))
            }
            return .binary([UInt8(number)] + frame.content.bytes)
        },
        frame: { message in
            guard case .binary(let bytes) = message, let first = bytes.first, Int(first) < channels.count else {
                return Frame(.received, "close", .none)
            }
            return Frame(.received, channels[Int(first)], RecordedBody(Array(bytes.dropFirst())))
        })

    /// Documents of a watch, lines of a log.
    static func split(_ exchange: Exchange, _ bytes: [UInt8]) -> [Frame] {
        guard exchange.request.path.hasSuffix("/log") else { return FrameReading.documents(bytes) }
        return bytes.split(separator: 10).map {
            Frame(.received, "raw", .text(String(decoding: $0 + [10], as: UTF8.self)))
        }
    }
}
