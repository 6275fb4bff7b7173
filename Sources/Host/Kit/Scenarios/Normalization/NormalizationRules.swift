/// What of a backend's answers differs from run to run, and what stands for it in a recording.
///
/// Data, not code: a new backend needs a value of this type and nothing else.
package struct NormalizationRules: Sendable {
    /// Text that a server makes up, wherever it stands.
    package struct Identity: Sendable {
        package var pattern: TextPattern
        /// What replaces it; `{12}` is its number by first appearance, with so many digits.
        package var form: String

        package init(_ pattern: String, _ form: String) {
            self.pattern = TextPattern(pattern)
            self.form = form
        }
    }

    /// Values that are told by their field's name, and then replaced wherever they stand.
    package struct NamedIdentity: Sendable {
        package var fields: Set<String>
        package var form: String
        /// Values that mean the same on every machine.
        package var kept: Set<String>

        package init(_ fields: Set<String>, _ form: String, keeping kept: Set<String> = []) {
            self.fields = fields
            self.form = form
            self.kept = kept
        }
    }

    /// Numbers that count something: replaced in these fields and query fields only, since a number stands for much.
    package struct Counter: Sendable {
        package var fields: Set<String>
        /// Added to a value's number.
        package var base: Int
        /// Whether values are numbered by size, since clients compare them; otherwise by first appearance.
        package var isOrdered: Bool

        package init(_ fields: Set<String>, base: Int = 0, isOrdered: Bool = false) {
            self.fields = fields
            self.base = base
            self.isOrdered = isOrdered
        }
    }

    /// Objects whose fields hold nothing but secrets.
    package struct SecretObject: Sendable {
        /// The field and value that tell such an object, such as `kind` and `Secret`; empty for every object.
        package var mark: (field: String, value: String)
        /// The field or map of fields that is secret.
        package var field: String
        package var isBase64: Bool

        package init(_ mark: (field: String, value: String), _ field: String, isBase64: Bool) {
            self.mark = mark
            self.field = field
            self.isBase64 = isBase64
        }
    }

    package var identities: [Identity] = []
    package var namedIdentities: [NamedIdentity] = []
    package var counters: [Counter] = []
    /// Fields whose numbers are times since 1970, in nanoseconds or seconds.
    package var numericTimes: Set<String> = []
    /// Field that names an object's generated name, and the field with the prefix that it was generated from.
    package var generatedNames: (name: String, prefix: String)?
    /// What identifies the object that a time belongs to.
    package var owners: Set<String> = []
    package var dropped: Set<String> = []
    /// The field below `metadata` of an object with `items` that holds the version of the whole list.
    package var listVersion: String?
    /// Lists in no order that means anything, with the field of their items to put them in order by.
    package var sortedLists: [String: String] = [:]
    /// Fields with a value of the moment, in objects that also have the field `beside`, and what stands for it.
    package var fixed: [(beside: String, field: String, value: Int)] = []
    /// Times that come first in their object; the others follow by name.
    package var earlyTimes = [
        "creationTimestamp", "startTime", "startedAt", "StartedAt", "firstTimestamp", "CreateTime",
    ]
    /// Sentences with numbers of the moment, and what stands for them.
    package var sentences: [(pattern: TextPattern, text: String)] = []
    package var secretObjects: [SecretObject] = []
    package var requestHeaders: Set<String> = ["accept", "authorization", "content-type", "sec-websocket-protocol"]
    package var responseHeaders: Set<String> = [
        "content-type", "retry-after", "docker-content-digest", "location", "www-authenticate", "api-version",
        "sec-websocket-protocol", "docker-distribution-api-version", "range", "docker-upload-uuid", "link",
    ]
}

extension NormalizationRules {
    private static let uuid = Identity("########-####-####-####-############", "00000000-0000-0000-0000-{12}")
    private static let hex64 = Identity(
        String(repeating: "#", count: 64), "{12}" + String(repeating: "0", count: 52))

    package static let kubernetes: NormalizationRules = {
        var rules = NormalizationRules()
        rules.identities = [
            uuid, hex64, Identity("-token-*****", "-token-{5}"), Identity(".################", ".{16}"),
        ]
        rules.namedIdentities = [
            NamedIdentity(
                ["clusterIP", "clusterIPs"], "10.96.0.{1}", keeping: ["", "None", "10.96.0.1"]),
            NamedIdentity(["serverAddress"], "10.0.0.{1}:6443"),
            NamedIdentity(["podIP", "podIPs", "ip"], "10.0.0.{1}", keeping: ["", "127.0.0.1"]),
        ]
        rules.counters = [
            Counter(["resourceVersion"], base: 1_000), Counter(["nodePort", "healthCheckNodePort"], base: 30_000),
        ]
        rules.generatedNames = ("name", "generateName")
        rules.owners = ["uid"]
        rules.dropped = ["managedFields"]
        rules.listVersion = "resourceVersion"
        rules.sortedLists = ["addresses": "ip", "notReadyAddresses": "ip"]
        rules.fixed = [("involvedObject", "count", 1)]
        rules.sentences = [
            (TextPattern("too old resource version: 9+ (9+)"), "too old resource version: 1 (2)"),
            (TextPattern("back-off 9+s "), "back-off 10s "), (TextPattern("back-off 9m9+s "), "back-off 10s "),
            (TextPattern("pid 9+"), "pid 1"),
        ]
        rules.secretObjects = [
            SecretObject(("kind", "Secret"), "data", isBase64: true),
            SecretObject(("kind", "Secret"), "stringData", isBase64: false),
            SecretObject(("kind", "TokenRequest"), "token", isBase64: false),
            SecretObject(("kind", "TokenReview"), "token", isBase64: false),
        ]
        return rules
    }()

    package static let docker: NormalizationRules = {
        var rules = NormalizationRules()
        rules.identities = [hex64, uuid]
        rules.namedIdentities = [
            NamedIdentity(["IPAddress", "Gateway"], "10.0.0.{1}", keeping: ["", "127.0.0.1"]),
            NamedIdentity(["MacAddress"], "02:42:00:00:00:{2}", keeping: [""]),
        ]
        rules.counters = [Counter(["Pid"], base: 1_000), Counter(["HostPort", "PublicPort"], base: 32_000)]
        rules.numericTimes = ["Created", "time", "timeNano"]
        rules.owners = ["Id", "ID"]
        rules.secretObjects = [
            SecretObject(("", ""), "IdentityToken", isBase64: false),
            SecretObject(("", ""), "RegistryToken", isBase64: false),
            SecretObject(("", ""), "password", isBase64: false),
        ]
        rules.responseHeaders.remove("docker-experimental")
        return rules
    }()

    package static let nomad: NormalizationRules = {
        var rules = NormalizationRules()
        rules.identities = [uuid]
        rules.namedIdentities = [NamedIdentity(["IP", "Address"], "10.0.0.{1}", keeping: ["", "127.0.0.1"])]
        rules.counters = [
            // 0 and 1 are where clients begin.
            Counter(
                [
                    "CreateIndex", "ModifyIndex", "JobModifyIndex", "JobSpecModifyIndex", "JobCreateIndex",
                    "AllocModifyIndex", "SnapshotIndex", "Index", "index", "LastIndex", "EvalCreateIndex",
                    "DeploymentModifyIndex", "WaitIndex", "X-Nomad-Index", "cas",
                ], base: 10, isOrdered: true),
            Counter(["Value"], base: 20_000), Counter(["Pid"], base: 1_000),
        ]
        rules.numericTimes = [
            "CreateTime", "ModifyTime", "SubmitTime", "Time", "RequireProgressBy", "Timestamp", "StatusUpdatedAt",
        ]
        rules.owners = ["ID", "AllocID", "JobID"]
        rules.secretObjects = [
            SecretObject(("", ""), "SecretID", isBase64: false), SecretObject(("", ""), "Items", isBase64: false),
        ]
        rules.responseHeaders.insert("x-nomad-index")
        return rules
    }()

    package static let registry: NormalizationRules = {
        var rules = NormalizationRules()
        rules.identities = [uuid]
        rules.secretObjects = [
            SecretObject(("", ""), "token", isBase64: false), SecretObject(("", ""), "access_token", isBase64: false),
            SecretObject(("", ""), "refresh_token", isBase64: false),
        ]
        return rules
    }()
}
