// swift-tools-version: 6.2
import PackageDescription

// Where a target lies: adapters and what they are made of below Sources/Adapters,
// the program around them below Sources/Host.
let adapters = "Sources/Adapters/"
let host = "Sources/Host/"

let package = Package(
    name: "Linkspan",
    products: [
        .library(name: "AdapterKit", targets: ["AdapterKit"]),
        .executable(name: "linkspan", targets: ["linkspan"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        .target(name: "AdapterKit", path: adapters + "AdapterKit"),
        .target(name: "CCurl", path: adapters + "CCurl"),
        .target(name: "APIClient", dependencies: ["CCurl"], path: adapters + "APIClient"),
        .target(name: "DockerEngine", dependencies: ["APIClient"], path: adapters + "DockerEngine"),
        .target(
            name: "DockerLocal", dependencies: ["AdapterKit", "APIClient", "DockerEngine"],
            path: adapters + "DockerLocal"),
        .target(name: "NullAdapter", dependencies: ["AdapterKit"], path: adapters + "Null"),
        .target(
            name: "DokkuIO",
            dependencies: ["AdapterKit", .product(name: "Subprocess", package: "swift-subprocess")],
            path: host + "DokkuIO"),
        .target(name: "CDetach", path: host + "CDetach"),
        .target(
            name: "SchedulerHost", dependencies: ["AdapterKit", "CDetach", "DokkuIO", "DockerLocal", "NullAdapter"],
            path: host + "SchedulerHost"),
        .executableTarget(
            name: "linkspan",
            dependencies: [
                "SchedulerHost", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: host + "Command"),
        .testTarget(name: "AdapterKitTests", dependencies: ["AdapterKit"]),
        .testTarget(
            name: "APIClientTests",
            dependencies: ["APIClient", "TestSupport", .product(name: "Subprocess", package: "swift-subprocess")]),
        .testTarget(name: "DockerEngineTests", dependencies: ["DockerEngine", "TestSupport"]),
        .testTarget(name: "DockerLocalTests", dependencies: ["DockerLocal", "TestSupport"]),
        .testTarget(name: "DokkuIOTests", dependencies: ["DokkuIO", "TestSupport"]),
        .testTarget(name: "SchedulerHostTests", dependencies: ["SchedulerHost", "TestSupport"]),
        .testTarget(name: "CommandTests", dependencies: ["TestSupport", "linkspan"]),
        .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
        .target(
            name: "TestSupport",
            dependencies: ["APIClient", "DockerEngine", .product(name: "Subprocess", package: "swift-subprocess")],
            path: "Tests/TestSupport"),
    ],
    swiftLanguageModes: [.v6]
)
