// swift-tools-version: 6.2
import PackageDescription

// Where a target lies: adapters and what they are made of below Sources/Adapters,
// the program around them below Sources/Host, and of that the conformance kit below Sources/Host/Kit.
let adapters = "Sources/Adapters/"
let host = "Sources/Host/"
let kit = "Sources/Host/Kit/"

let package = Package(
    name: "Linkspan",
    products: [
        .library(name: "AdapterKit", targets: ["AdapterKit", "AdapterProgram"]),
        .library(name: "Conformance", targets: ["Conformance"]),
        .executable(name: "linkspan", targets: ["linkspan"]),
        .executable(name: "linkspan-conformance", targets: ["linkspan-conformance"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        .target(name: "AdapterKit", dependencies: ["JSONDocument"], path: adapters + "AdapterKit"),
        .target(
            name: "ProcessStreams",
            dependencies: ["AdapterKit", "CSignals", .product(name: "Subprocess", package: "swift-subprocess")],
            path: adapters + "ProcessStreams"),
        .target(
            name: "AdapterProgram", dependencies: ["AdapterKit", "ProcessStreams"],
            path: adapters + "AdapterProgram"),
        .target(name: "CSignals", path: adapters + "CSignals"),
        .target(name: "CCurl", path: adapters + "CCurl"),
        .systemLibrary(name: "CYAML", path: adapters + "CYAML", providers: [.apt(["libyaml-dev"])]),
        .target(name: "APIClient", dependencies: ["CCurl"], path: adapters + "APIClient"),
        .target(name: "DockerEngine", dependencies: ["APIClient"], path: adapters + "DockerEngine"),
        .target(name: "JSONDocument", path: adapters + "JSONDocument"),
        // Into the program itself: a shared object would be loaded at every start, and missed where there is none.
        .target(
            name: "YAMLDocument", dependencies: ["CYAML", "JSONDocument"], path: adapters + "YAMLDocument",
            linkerSettings: [.linkedLibrary(":libyaml.a")]),
        .target(
            name: "LocalImages", dependencies: ["AdapterKit", "APIClient", "DockerEngine"],
            path: adapters + "LocalImages"),
        .target(
            name: "DockerLocal",
            dependencies: ["AdapterKit", "APIClient", "DockerEngine", "JSONDocument", "LocalImages"],
            path: adapters + "DockerLocal"),
        .target(
            name: "Kubernetes", dependencies: ["AdapterKit", "APIClient", "JSONDocument", "YAMLDocument"],
            path: adapters + "Kubernetes"),
        .target(
            name: "Nomad", dependencies: ["AdapterKit", "APIClient", "JSONDocument"], path: adapters + "Nomad"),
        .target(name: "NullAdapter", dependencies: ["AdapterKit"], path: adapters + "Null"),
        .target(name: "CFiles", path: host + "CFiles"),
        .target(
            name: "DokkuIO", dependencies: ["AdapterKit", "CFiles", "JSONDocument", "ProcessStreams"],
            path: host + "DokkuIO"),
        .target(
            name: "Registry", dependencies: ["AdapterKit", "APIClient", "DockerEngine", "JSONDocument", "LocalImages"],
            path: host + "Registry"),
        .target(name: "CDetach", path: host + "CDetach"),
        .target(
            name: "SchedulerHost",
            dependencies: [
                "AdapterKit", "CDetach", "DokkuIO", "DockerLocal", "Kubernetes", "LocalImages", "Nomad",
                "NullAdapter", "ProcessStreams", "Registry",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: host + "SchedulerHost"),
        .executableTarget(
            name: "linkspan",
            dependencies: [
                "SchedulerHost", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: host + "Command"),
        .target(name: "Traffic", dependencies: ["APIClient", "JSONDocument"], path: kit + "Traffic"),
        .target(
            name: "Loopback",
            dependencies: [
                "APIClient", "Traffic", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], path: kit + "Loopback"),
        .target(
            name: "Scenarios", dependencies: ["APIClient", "JSONDocument", "Traffic"], path: kit + "Scenarios"),
        .target(
            name: "Fakes", dependencies: ["APIClient", "JSONDocument", "Loopback", "Traffic"], path: kit + "Fakes"),
        .target(
            name: "Conformance",
            dependencies: [
                "AdapterKit", "APIClient", "DockerEngine", "Fakes", "JSONDocument", "Loopback", "ProcessStreams",
                "Scenarios", "SchedulerHost", "Traffic", "YAMLDocument",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: kit + "Conformance"),
        .executableTarget(
            name: "linkspan-conformance",
            dependencies: [
                "AdapterProgram", "Conformance", "SchedulerHost",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: kit + "Command"),
        .testTarget(name: "AdapterKitTests", dependencies: ["AdapterKit"]),
        .testTarget(
            name: "APIClientTests",
            dependencies: ["APIClient", "TestSupport", .product(name: "Subprocess", package: "swift-subprocess")]),
        .testTarget(name: "YAMLDocumentTests", dependencies: ["JSONDocument", "YAMLDocument"]),
        .testTarget(name: "DockerEngineTests", dependencies: ["DockerEngine", "TestSupport"]),
        .testTarget(name: "DockerLocalTests", dependencies: ["DockerLocal", "TestSupport"]),
        .testTarget(
            name: "KubernetesTests",
            dependencies: [
                "AdapterKit", "APIClient", "Conformance", "Fakes", "JSONDocument", "Kubernetes", "Loopback",
                "ProcessStreams", "TestSupport", "Traffic", "YAMLDocument",
            ]),
        .testTarget(
            name: "NomadTests",
            dependencies: [
                "AdapterKit", "APIClient", "Conformance", "Fakes", "JSONDocument", "Loopback", "Nomad",
                "ProcessStreams", "TestSupport", "Traffic",
            ]),
        .testTarget(name: "DokkuIOTests", dependencies: ["DokkuIO", "TestSupport"]),
        .testTarget(
            name: "RegistryTests",
            dependencies: [
                "AdapterKit", "APIClient", "DockerEngine", "Fakes", "JSONDocument", "Loopback", "Registry",
                "TestSupport", "Traffic", "linkspan",
            ]),
        .testTarget(name: "SchedulerHostTests", dependencies: ["SchedulerHost", "TestSupport"]),
        .testTarget(
            name: "ConformanceKitTests",
            dependencies: [
                "AdapterKit", "APIClient", "Conformance", "DockerLocal", "Fakes", "JSONDocument", "Kubernetes",
                "Loopback", "Nomad", "Scenarios",
                "SchedulerHost", "TestSupport", "Traffic", "linkspan-conformance",
            ]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "AdapterKit", "Conformance", "DockerLocal", "SchedulerHost", "TestSupport", "linkspan-conformance",
            ]),
        .testTarget(
            name: "DokkuTests", dependencies: ["Fakes", "Loopback", "TestSupport", "Traffic", "linkspan"]),
        .testTarget(name: "CommandTests", dependencies: ["TestSupport", "linkspan"]),
        .testTarget(
            name: "FakesTests", dependencies: ["APIClient", "Fakes", "JSONDocument", "Traffic", "TestSupport"]),
        .testTarget(
            name: "ScenariosTests",
            dependencies: ["APIClient", "JSONDocument", "Loopback", "Scenarios", "TestSupport", "Traffic"]),
        .target(name: "PaperAdapter", dependencies: ["AdapterKit"], path: "Tests/Examples/Paper"),
        .executableTarget(
            name: "paper", dependencies: ["AdapterProgram", "PaperAdapter"], path: "Tests/Examples/PaperProgram"),
        .testTarget(
            name: "PaperTests", dependencies: ["Conformance", "PaperAdapter"], path: "Tests/Examples/PaperTests"),
        .testTarget(
            name: "ExampleTests",
            dependencies: ["AdapterKit", "Conformance", "TestSupport", "linkspan-conformance", "paper"]),
        .executableTarget(
            name: "bench",
            dependencies: ["TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/Bench"),
        .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
        .target(
            name: "TestSupport",
            dependencies: ["APIClient", "DockerEngine", .product(name: "Subprocess", package: "swift-subprocess")],
            path: "Tests/TestSupport"),
    ],
    swiftLanguageModes: [.v6]
)
