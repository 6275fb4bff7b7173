import AdapterKit

extension Suite {
    private static func arrives(_ id: String, _ what: String, _ value: String) -> ConformanceCase {
        ConformanceCase("config." + id, "A value with \(what) reaches the process unchanged.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, environment: ["KIT_VALUE": value]))
            let found = try await stage.running(app, count: 1).first?.environment["KIT_VALUE"]
            try expect(found ?? "", is: value, "the value")
        }
    }

    /// The app's config reaches its processes, and nobody else.
    static let config: [ConformanceCase] = [
        arrives("plain", "letters and digits", "postgres://db:5432/shop"),
        arrives("quotes", "quotes", #"it's "quoted" and `ticked`"#),
        arrives("newlines", "several lines", "-----BEGIN THING-----\nabc\n\ndef\n-----END THING-----\n"),
        arrives("dollars", "dollar signs and braces", "$HOME ${PATH} $(id) {{ env }} <%= erb %>"),
        arrives("unicode", "letters of other scripts", "grüße, 你好, 👋"),
        arrives("empty", "nothing in it", ""),
        arrives("blanks", "blanks at both ends", "  two  "),
        arrives("equals", "equal signs", "a=b=c=="),
        arrives("backslashes", "backslashes", #"C:\temp\new \\ \n"#),
        arrives("long", "60,000 characters", String(repeating: "0123456789", count: 6_000)),
        ConformanceCase("config.many", "Three hundred values reach the process.", .extended) { stage in
            let app = try stage.app()
            let many = Dictionary(uniqueKeysWithValues: (1...300).map { ("KIT_\($0)", "value \($0)") })
            try await stage.deploy(stage.release(app, environment: many))
            let found = try await stage.running(app, count: 1).first?.environment ?? [:]
            try expect(found.filter { $0.key.hasPrefix("KIT_") && many[$0.key] == $0.value }.count, is: 300, "values")
        },
        ConformanceCase("config.removed", "A value that a release no longer has is gone.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, environment: ["KIT_OLD": "x"]))
            try await stage.deploy(stage.release(app, environment: ["KIT_NEW": "y"]))
            let found = try await stage.running(app, count: 1).first?.environment ?? [:]
            try expect(found["KIT_OLD"] == nil, "the old value is still there")
            try expect(found["KIT_NEW"] ?? "", is: "y", "the new value")
        },
        ConformanceCase("config.every-instance", "Every instance of every process type has the config.") { stage in
            let app = try stage.app()
            try await stage.deploy(
                stage.release(
                    app, ["web": Part(2), "worker": Part(1, "sleep", "100000")], environment: ["KIT_VALUE": "v"]))
            for object in try await stage.running(app, count: 3) {
                try expect(object.environment["KIT_VALUE"] ?? "", is: "v", "the value in \(object.name)")
            }
        },
        ConformanceCase("config.apps-are-apart", "One app's config does not reach another.") { stage in
            let (one, two) = (try stage.app("one"), try stage.app("two"))
            try await stage.deploy(stage.release(one, environment: ["KIT_ONE": "1"]))
            try await stage.deploy(stage.release(two, environment: ["KIT_TWO": "2"]))
            let found = try await stage.running(two, count: 1).first?.environment ?? [:]
            try expect(found["KIT_ONE"] == nil, "the other app's value is there")
        },
    ]
}
