import AdapterKit
import DockerEngine
import Testing

@testable import DockerLocal

struct DockerOptionTests {
    private func draft(_ words: String...) throws -> OptionDraft {
        var draft = OptionDraft(image: "shop:1")
        try draft.apply(words, phase: "deploy")
        return draft
    }

    @Test func joinedAndSeparateValuesAreTheSame() throws {
        #expect(try draft("--memory=512m").spec.HostConfig.Memory == 512 << 20)
        #expect(try draft("--memory", "512m").spec.HostConfig.Memory == 512 << 20)
        #expect(try draft("-m512m").spec.HostConfig.Memory == 512 << 20)
        #expect(try draft("-m", "512m").spec.HostConfig.Memory == 512 << 20)
    }

    @Test func listsGrowAndSinglesAreReplaced() throws {
        #expect(
            try draft("--cap-add", "NET_ADMIN", "--cap-add=SYS_TIME").spec.HostConfig.CapAdd == [
                "NET_ADMIN", "SYS_TIME",
            ])
        #expect(try draft("--user=a", "--user=b").spec.User == "b")
    }

    @Test func volumes() throws {
        #expect(try draft("-v", "/a:/b:ro").spec.HostConfig.Binds == ["/a:/b:ro"])
        #expect(try draft("--volume=/data").spec.Volumes == ["/data": Empty()])
        let mount = try draft("--mount", "type=bind,source=/a,target=/b,readonly").spec.HostConfig.Mounts
        #expect(mount?.first?.Type == "bind")
        #expect(mount?.first?.ReadOnly == true)
    }

    @Test func publishedPorts() throws {
        let bindings = try draft("-p", "127.0.0.1:8080:80", "-p=53:53/udp", "-p", "9000-9001:9000-9001").spec.HostConfig
            .PortBindings
        #expect(bindings?["80/tcp"] == [.init(HostIp: "127.0.0.1", HostPort: "8080")])
        #expect(bindings?["53/udp"] == [.init(HostPort: "53")])
        #expect(bindings?["9001/tcp"] == [.init(HostPort: "9001")])
    }

    @Test func durationsSizesAndNumbers() throws {
        #expect(try draft("--health-interval=1m30s").spec.Healthcheck?.Interval == 90_000_000_000)
        #expect(try draft("--cpus=0.5").spec.HostConfig.NanoCpus == 500_000_000)
        #expect(try draft("--shm-size=1g").spec.HostConfig.ShmSize == 1 << 30)
        #expect(
            try draft("--ulimit", "nofile=1024:2048").spec.HostConfig.Ulimits == [
                .init(Name: "nofile", Soft: 1_024, Hard: 2_048)
            ])
        #expect(try draft("--gpus", "all").spec.HostConfig.DeviceRequests?.first?.Count == -1)
        #expect(try draft("--gpus=device=0,1").spec.HostConfig.DeviceRequests?.first?.DeviceIDs == ["0", "1"])
    }

    @Test func flagsMayBeBundledAndSpelledAsGoDoes() throws {
        #expect(try draft("-it").spec.Tty == true)
        #expect(try draft("-it").spec.OpenStdin == true)
        #expect(try draft("--privileged=1").spec.HostConfig.Privileged == true)
        #expect(
            try draft("--mount", "type=bind,src=/a,dst=/b,readonly=0").spec.HostConfig.Mounts?.first?.ReadOnly == false)
    }

    @Test func aliasesBelongToTheNetworkThatTheContainerStartsIn() throws {
        var draft = try draft("--network-alias", "db", "--network", "backend", "--ip", "10.0.0.9")
        draft.join(initial: nil, others: ["metrics", "backend"])
        #expect(draft.spec.NetworkingConfig?.EndpointsConfig["backend"]?.Aliases == ["db"])
        #expect(draft.spec.NetworkingConfig?.EndpointsConfig["backend"]?.IPAMConfig?.IPv4Address == "10.0.0.9")
        #expect(draft.networks == ["metrics"])
        draft.join(initial: "other", others: [])
        #expect(draft.spec.NetworkingConfig?.EndpointsConfig["other"]?.Aliases == ["db"])
        #expect(try self.draft("--network=name=a,alias=b").endpoint?.Aliases == ["b"])
    }

    @Test func flags() throws {
        #expect(try draft("--privileged", "--init=false").spec.HostConfig.Privileged == true)
        #expect(try draft("--privileged", "--init=false").spec.HostConfig.Init == false)
    }

    @Test func theFirstNetworkIsStartedInAndOthersAreJoined() throws {
        let draft = try draft("--network", "a", "--net=b")
        #expect(draft.spec.HostConfig.NetworkMode == "a")
        #expect(draft.networks == ["b"])
    }

    @Test func resourcesFollowDokkusRules() throws {
        var draft = try draft()
        try draft.limit(
            Resources(limits: ["memory": "512", "cpu": "2", "network": "x"], reservations: ["memory": "1g"]), of: "web")
        #expect(draft.spec.HostConfig.Memory == 512 << 20)
        #expect(draft.spec.HostConfig.NanoCpus == 2_000_000_000)
        #expect(draft.spec.HostConfig.MemoryReservation == 1 << 30)
    }

    @Test(arguments: [
        ["--nonsense"], ["--memory"], ["--memory=lots"], ["plain"], ["--name=x"], ["-p", "x:y:z:80"], ["--rm"],
        ["--ulimit=nofile"], ["--env-file=/x"], ["--restart=sometimes"], ["--privileged=maybe"], ["--mount=type=bind"],
        ["--health-interval=9999999999h"], ["--mount", "type=bind,=,target=/x"],
    ])
    func whatCannotBeCarriedOutIsRefusedByName(_ words: [String]) {
        var draft = OptionDraft(image: "x")
        #expect {
            try draft.apply(words, phase: "deploy")
        } throws: { error in
            guard let error = error as? AdapterError else { return false }
            return error.message.contains(words[0]) && error.hint != nil
        }
    }
}
