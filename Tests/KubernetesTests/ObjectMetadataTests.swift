import AdapterKit
import Testing

@testable import Kubernetes

struct ObjectMetadataTests {
    private func settings(_ values: [String: String]) throws -> ObjectMetadataSettings {
        try ObjectMetadataSettings(Settings(plugin: "scheduler-kubernetes", values: values))
    }

    @Test func whatIsSetForAProcessGoesBeforeWhatIsSetForAll() throws {
        let metadata = try settings([
            "annotations.--global.deployment": #"{"a": "1", "example.com/b": "any text, really"}"#,
            "annotations.web.deployment": #"{"a": "2"}"#, "labels.--global.pod": #"{"team": "blue"}"#,
        ])
        #expect(
            metadata.annotations(for: "Deployment", process: "web") == ["a": "2", "example.com/b": "any text, really"])
        #expect(metadata.annotations(for: "Deployment", process: "worker")["a"] == "1")
        #expect(metadata.annotations(for: "Deployment", process: nil)["a"] == "1")
        #expect(metadata.annotations(for: "Pod", process: "web").isEmpty)
        #expect(metadata.labels(for: "Pod", process: nil) == ["team": "blue"])
    }

    @Test(arguments: [
        ("labels.web.pod", #"{"a": "b c"}"#), ("labels.web.pod", #"{"a b": "c"}"#),
        ("annotations.web.pod", #"{"Example.com/a": "b"}"#), ("annotations.web.pod", #"{"a/b/c": "d"}"#),
        ("annotations.web.pod", #"{"": "d"}"#), ("annotations.web.pod", "nonsense"),
        ("labels.web.pod", #"{"linkspan.dev/app": "other"}"#), ("labels.web.pod", #"{"a": 1}"#),
    ])
    func whatKubernetesDoesNotTakeIsRefused(_ name: String, _ value: String) {
        #expect { try settings([name: value]) } throws: { error in
            (error as? AdapterError)?.message.hasPrefix("scheduler-kubernetes property \(name) ") == true
        }
    }
}
