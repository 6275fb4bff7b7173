import DockerEngine

/// The options of docker's `container create`, by each of their names.
extension DockerOption {
    private static func text(_ path: WritableKeyPath<OptionDraft, String?> & Sendable) -> DockerOption {
        .value { $0[keyPath: path] = $1 }
    }

    private static func number(_ path: WritableKeyPath<OptionDraft, Int?> & Sendable) -> DockerOption {
        .value { $0[keyPath: path] = try whole($1) }
    }

    private static func size(_ path: WritableKeyPath<OptionDraft, Int?> & Sendable) -> DockerOption {
        .value { $0[keyPath: path] = try bytes($1) }
    }

    private static func list(_ path: WritableKeyPath<OptionDraft, [String]?> & Sendable) -> DockerOption {
        .value { $0[keyPath: path] = ($0[keyPath: path] ?? []) + [$1] }
    }

    private static func map(_ path: WritableKeyPath<OptionDraft, [String: String]?> & Sendable) -> DockerOption {
        .value { draft, value in
            let (key, value) = try pair(value)
            draft[keyPath: path] = (draft[keyPath: path] ?? [:]).merging([key: value]) { $1 }
        }
    }

    private static func boolean(_ path: WritableKeyPath<OptionDraft, Bool?> & Sendable) -> DockerOption {
        .flag { $0[keyPath: path] = $1 }
    }

    private static let volume = DockerOption.value { draft, value in
        if value.contains(":") {
            draft.spec.HostConfig.Binds = (draft.spec.HostConfig.Binds ?? []) + [value]
        } else {
            draft.spec.Volumes = (draft.spec.Volumes ?? [:]).merging([value: Empty()]) { $1 }
        }
    }

    private static let environment = DockerOption.value { draft, value in
        // Without a value docker takes the caller's own; Dokku names each config key so, and config is passed anyway.
        if value.contains("=") { draft.spec.Env.append(value) }
    }

    private static let label = DockerOption.value { draft, value in
        let key = String(value.prefix { $0 != "=" })
        guard !key.isEmpty else { throw BadValue(reason: "it wants KEY=VALUE") }
        draft.spec.Labels[key] = String(value.dropFirst(key.count + 1))
    }

    private static let publishing = DockerOption.value { draft, value in
        for (port, binding) in try publication(value) { draft.publish(port, [binding]) }
    }

    private static let network = DockerOption.value { draft, value in
        var name = value
        if value.contains("=") {
            name = ""
            for field in value.split(separator: ",") {
                let (key, value) = try pair(String(field))
                switch key {
                case "name": name = value
                case "alias": edit(&draft) { $0.Aliases = ($0.Aliases ?? []) + [value] }
                case "ip":
                    edit(&draft) { $0.IPAMConfig = .init(IPv4Address: value, IPv6Address: $0.IPAMConfig?.IPv6Address) }
                default: throw BadValue(reason: "the network field '\(key)' is not supported")
                }
            }
            guard !name.isEmpty else { throw BadValue(reason: "it lacks name=") }
        }
        if draft.spec.HostConfig.NetworkMode == nil {
            draft.spec.HostConfig.NetworkMode = name
        } else {
            draft.networks.append(name)
        }
    }

    private static func edit(_ draft: inout OptionDraft, _ body: (inout ContainerSpec.EndpointConfig) -> Void) {
        var endpoint = draft.endpoint ?? .init()
        body(&endpoint)
        draft.endpoint = endpoint
    }

    private static func endpoint(_ set: @escaping @Sendable (inout ContainerSpec.EndpointConfig, String) -> Void)
        -> DockerOption
    {
        .value { draft, value in edit(&draft) { set(&$0, value) } }
    }

    private static func throttled(
        _ path: WritableKeyPath<OptionDraft, [ContainerSpec.ThrottleDevice]?> & Sendable,
        _ rate: @escaping @Sendable (String) throws -> Int
    ) -> DockerOption {
        .value { $0[keyPath: path] = ($0[keyPath: path] ?? []) + [try throttle($1, rate)] }
    }

    private static func health(
        _ set: @escaping @Sendable (inout ContainerSpec.HealthcheckSpec, String) throws -> Void
    ) -> DockerOption {
        .value { draft, value in
            var check = draft.spec.Healthcheck ?? .init()
            try set(&check, value)
            draft.spec.Healthcheck = check
        }
    }

    private static func log(_ set: @escaping @Sendable (inout ContainerSpec.LogSpec, String) throws -> Void)
        -> DockerOption
    {
        .value { draft, value in
            var config = draft.spec.HostConfig.LogConfig ?? .init()
            try set(&config, value)
            draft.spec.HostConfig.LogConfig = config
        }
    }

    private static let gpus = DockerOption.value { draft, value in
        draft.spec.HostConfig.DeviceRequests = [try gpuRequest(value)]
    }

    static let all: [String: DockerOption] = [
        "--add-host": list(\.spec.HostConfig.ExtraHosts),
        "--annotation": map(\.spec.HostConfig.Annotations),
        "--blkio-weight": .value { $0.spec.HostConfig.BlkioWeight = try whole($1) },
        "--cap-add": list(\.spec.HostConfig.CapAdd),
        "--cap-drop": list(\.spec.HostConfig.CapDrop),
        "--cgroup-parent": text(\.spec.HostConfig.CgroupParent),
        "--cgroupns": text(\.spec.HostConfig.CgroupnsMode),
        "--cpu-period": number(\.spec.HostConfig.CpuPeriod),
        "--cpu-quota": number(\.spec.HostConfig.CpuQuota),
        "--cpu-shares": number(\.spec.HostConfig.CpuShares), "-c": number(\.spec.HostConfig.CpuShares),
        "--cpus": .value { $0.spec.HostConfig.NanoCpus = try nanoCPUs($1) },
        "--cpuset-cpus": text(\.spec.HostConfig.CpusetCpus),
        "--cpuset-mems": text(\.spec.HostConfig.CpusetMems),
        "--device": .value { draft, value in
            let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            let isMode = { (text: String) in !text.isEmpty && text.allSatisfy { "rwm".contains($0) } }
            guard let path = parts.first, path.hasPrefix("/"), parts.count <= 3 else {
                throw BadValue(reason: "it wants HOST-PATH[:CONTAINER-PATH][:rwm]")
            }
            let mode = parts.count > 1 && isMode(parts[parts.count - 1]) ? parts[parts.count - 1] : "rwm"
            let inside = parts.count > 1 && parts[1].hasPrefix("/") ? parts[1] : path
            draft.spec.HostConfig.Devices =
                (draft.spec.HostConfig.Devices ?? [])
                + [.init(PathOnHost: path, PathInContainer: inside, CgroupPermissions: mode)]
        },
        "--device-read-bps": throttled(\.spec.HostConfig.BlkioDeviceReadBps, bytes),
        "--device-read-iops": throttled(\.spec.HostConfig.BlkioDeviceReadIOps, whole),
        "--device-write-bps": throttled(\.spec.HostConfig.BlkioDeviceWriteBps, bytes),
        "--device-write-iops": throttled(\.spec.HostConfig.BlkioDeviceWriteIOps, whole),
        "--device-cgroup-rule": list(\.spec.HostConfig.DeviceCgroupRules),
        "--dns": list(\.spec.HostConfig.Dns),
        "--dns-option": list(\.spec.HostConfig.DnsOptions), "--dns-opt": list(\.spec.HostConfig.DnsOptions),
        "--dns-search": list(\.spec.HostConfig.DnsSearch),
        "--domainname": text(\.spec.Domainname),
        "--entrypoint": .value { $0.spec.Entrypoint = [$1] },
        "--env": environment, "-e": environment,
        "--expose": .value { draft, value in
            for (port, _) in try publication(value) {
                draft.spec.ExposedPorts = (draft.spec.ExposedPorts ?? [:]).merging([port: Empty()]) { $1 }
            }
        },
        "--gpus": gpus,
        "--group-add": list(\.spec.HostConfig.GroupAdd),
        "--health-cmd": health { $0.Test = ["CMD-SHELL", $1] },
        "--health-interval": health { $0.Interval = try nanoseconds($1) },
        "--health-retries": health { $0.Retries = try whole($1) },
        "--health-start-period": health { $0.StartPeriod = try nanoseconds($1) },
        "--health-timeout": health { $0.Timeout = try nanoseconds($1) },
        "--no-healthcheck": .flag { draft, isSet in
            if isSet { draft.spec.Healthcheck = .init(); draft.spec.Healthcheck?.Test = ["NONE"] }
        },
        "--hostname": text(\.spec.Hostname), "-h": text(\.spec.Hostname),
        "--init": boolean(\.spec.HostConfig.Init),
        "--interactive": boolean(\.spec.OpenStdin), "-i": boolean(\.spec.OpenStdin),
        "--ip": endpoint { $0.IPAMConfig = .init(IPv4Address: $1, IPv6Address: $0.IPAMConfig?.IPv6Address) },
        "--ip6": endpoint { $0.IPAMConfig = .init(IPv4Address: $0.IPAMConfig?.IPv4Address, IPv6Address: $1) },
        "--ipc": text(\.spec.HostConfig.IpcMode),
        "--kernel-memory": size(\.spec.HostConfig.KernelMemory),
        "--label": label, "-l": label,
        "--link": list(\.spec.HostConfig.Links),
        "--log-driver": log { $0.Type = $1 },
        "--log-opt": log { config, value in
            let (key, value) = try pair(value)
            config.Config[key] = value
        },
        "--mac-address": text(\.spec.MacAddress),
        "--memory": size(\.spec.HostConfig.Memory), "-m": size(\.spec.HostConfig.Memory),
        "--memory-reservation": size(\.spec.HostConfig.MemoryReservation),
        "--memory-swap": size(\.spec.HostConfig.MemorySwap),
        "--memory-swappiness": number(\.spec.HostConfig.MemorySwappiness),
        "--mount": .value { draft, value in
            draft.spec.HostConfig.Mounts = (draft.spec.HostConfig.Mounts ?? []) + [try mountSpec(value)]
        },
        "--network": network, "--net": network,
        "--network-alias": endpoint { $0.Aliases = ($0.Aliases ?? []) + [$1] },
        "--net-alias": endpoint { $0.Aliases = ($0.Aliases ?? []) + [$1] },
        "--oom-kill-disable": boolean(\.spec.HostConfig.OomKillDisable),
        "--oom-score-adj": number(\.spec.HostConfig.OomScoreAdj),
        "--pid": text(\.spec.HostConfig.PidMode),
        "--pids-limit": number(\.spec.HostConfig.PidsLimit),
        "--platform": text(\.platform),
        "--privileged": boolean(\.spec.HostConfig.Privileged),
        "--publish": publishing, "-p": publishing,
        "--publish-all": boolean(\.spec.HostConfig.PublishAllPorts), "-P": boolean(\.spec.HostConfig.PublishAllPorts),
        "--read-only": boolean(\.spec.HostConfig.ReadonlyRootfs),
        "--runtime": text(\.spec.HostConfig.Runtime),
        "--security-opt": .value { draft, value in
            if value.hasPrefix("seccomp="), value != "seccomp=unconfined", !value.dropFirst(8).hasPrefix("{") {
                throw BadValue(reason: "a seccomp profile must be given as JSON, not as a file")
            }
            draft.spec.HostConfig.SecurityOpt = (draft.spec.HostConfig.SecurityOpt ?? []) + [value]
        },
        "--shm-size": size(\.spec.HostConfig.ShmSize),
        "--stop-signal": text(\.spec.StopSignal),
        "--stop-timeout": number(\.spec.StopTimeout),
        "--storage-opt": map(\.spec.HostConfig.StorageOpt),
        "--sysctl": map(\.spec.HostConfig.Sysctls),
        "--tmpfs": .value { draft, value in
            let path = String(value.prefix { $0 != ":" })
            draft.spec.HostConfig.Tmpfs = (draft.spec.HostConfig.Tmpfs ?? [:]).merging([
                path: String(value.dropFirst(path.count + 1))
            ]) { $1 }
        },
        "--tty": boolean(\.spec.Tty), "-t": boolean(\.spec.Tty),
        "--ulimit": .value { draft, value in
            let (name, limits) = try pair(value)
            let numbers = try limits.split(separator: ":").map { try whole(String($0)) }
            guard let soft = numbers.first, numbers.count <= 2 else {
                throw BadValue(reason: "it wants NAME=SOFT[:HARD]")
            }
            draft.spec.HostConfig.Ulimits =
                (draft.spec.HostConfig.Ulimits ?? []) + [.init(Name: name, Soft: soft, Hard: numbers.last ?? soft)]
        },
        "--user": text(\.spec.User), "-u": text(\.spec.User),
        "--userns": text(\.spec.HostConfig.UsernsMode),
        "--uts": text(\.spec.HostConfig.UTSMode),
        "--volume": volume, "-v": volume,
        "--volume-driver": text(\.spec.HostConfig.VolumeDriver),
        "--volumes-from": list(\.spec.HostConfig.VolumesFrom),
        "--workdir": text(\.spec.WorkingDir), "-w": text(\.spec.WorkingDir),
        "--restart": .value { draft, value in
            guard ["no", "always", "unless-stopped", "on-failure"].contains(value.prefix { $0 != ":" }) else {
                throw BadValue(reason: "'\(value)' is no restart policy")
            }
            // ps:set APP restart-policy decides; Dokku's own plugin lets it win in the same way.
        },
        "--rm": .refused("an app's containers outlive their process"),
        "--detach": .refused("it is no option of a container"), "-d": .refused("it is no option of a container"),
        "--name": .refused("containers are named after app, process type and index"),
        "--cidfile": .refused("ids are kept by the host"),
        "--env-file": .refused("put the values into the app's config"),
        "--label-file": .refused("give each label with --label"),
        "--attach": .refused("nobody is there to attach"), "-a": .refused("nobody is there to attach"),
        "--isolation": .refused("it exists on Windows only"),
        "--disable-content-trust": .flag { _, _ in },
        "--pull": .refused("images are brought by the release, not by a container's start"),
    ]

    /// `type=bind,source=/a,target=/b,readonly`
    private static func mountSpec(_ text: String) throws -> ContainerSpec.MountSpec {
        var mount = ContainerSpec.MountSpec()
        for field in text.split(separator: ",") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let value = parts.count == 2 ? parts[1] : ""
            switch parts[0] {
            case "type": mount.Type = value
            case "source", "src": mount.Source = value
            case "target", "destination", "dst": mount.Target = value
            case "readonly", "ro":
                guard let isSet = value.isEmpty ? true : truth(value) else {
                    throw BadValue(reason: "'\(value)' is no truth value")
                }
                mount.ReadOnly = isSet
            case "bind-propagation": mount.BindOptions = .init(Propagation: value)
            case "tmpfs-size": mount.TmpfsOptions = .init(SizeBytes: try bytes(value), Mode: mount.TmpfsOptions?.Mode)
            case "tmpfs-mode":
                guard let mode = Int(value, radix: 8) else { throw BadValue(reason: "'\(value)' is no mode") }
                mount.TmpfsOptions = .init(SizeBytes: mount.TmpfsOptions?.SizeBytes, Mode: mode)
            default: throw BadValue(reason: "the mount field '\(parts[0])' is not supported")
            }
        }
        guard !mount.Target.isEmpty else { throw BadValue(reason: "it lacks target=") }
        return mount
    }
}
