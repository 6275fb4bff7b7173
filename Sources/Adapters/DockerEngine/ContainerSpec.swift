/// What `POST /containers/create` takes: the whole of a container as a value that can be compared and printed.
package struct ContainerSpec: Codable, Sendable, Equatable {
    package var Image: String
    package var Cmd: [String]?
    package var Entrypoint: [String]?
    package var Env: [String] = []
    package var Labels: [String: String] = [:]
    package var WorkingDir: String?
    package var User: String?
    package var Hostname: String?
    package var Domainname: String?
    package var MacAddress: String?
    package var Tty: Bool?
    package var OpenStdin: Bool?
    package var StdinOnce: Bool?
    package var AttachStdin: Bool?
    package var AttachStdout: Bool?
    package var AttachStderr: Bool?
    package var ExposedPorts: [String: Empty]?
    package var Volumes: [String: Empty]?
    package var StopSignal: String?
    package var StopTimeout: Int?
    package var Healthcheck: HealthcheckSpec?
    package var HostConfig = HostSpec()
    package var NetworkingConfig: NetworkingSpec?

    package init(Image: String) {
        self.Image = Image
    }

    package struct HealthcheckSpec: Codable, Sendable, Equatable {
        package var Test: [String]?
        /// Nanoseconds, like all durations here.
        package var Interval: Int?
        package var Timeout: Int?
        package var StartPeriod: Int?
        package var Retries: Int?

        package init() {}
    }

    package struct NetworkingSpec: Codable, Sendable, Equatable {
        package var EndpointsConfig: [String: EndpointConfig]

        package init(EndpointsConfig: [String: EndpointConfig]) { self.EndpointsConfig = EndpointsConfig }
    }

    package struct EndpointConfig: Codable, Sendable, Equatable {
        package struct IPAMSpec: Codable, Sendable, Equatable {
            package var IPv4Address: String?
            package var IPv6Address: String?

            package init(IPv4Address: String?, IPv6Address: String?) {
                self.IPv4Address = IPv4Address
                self.IPv6Address = IPv6Address
            }
        }

        package var Aliases: [String]?
        package var IPAMConfig: IPAMSpec?

        package init() {}
    }

    package struct HostSpec: Codable, Sendable, Equatable {
        package var Binds: [String]?
        package var Mounts: [MountSpec]?
        package var Tmpfs: [String: String]?
        package var VolumesFrom: [String]?
        package var NetworkMode: String?
        package var PortBindings: [String: [PortBinding]]?
        package var PublishAllPorts: Bool?
        package var Links: [String]?
        package var RestartPolicy: RestartPolicySpec?
        package var AutoRemove: Bool?
        package var Init: Bool?
        package var Runtime: String?
        package var Memory: Int?
        package var MemorySwap: Int?
        package var MemoryReservation: Int?
        package var MemorySwappiness: Int?
        package var KernelMemory: Int?
        package var NanoCpus: Int?
        package var CpuShares: Int?
        package var CpuPeriod: Int?
        package var CpuQuota: Int?
        package var CpusetCpus: String?
        package var CpusetMems: String?
        package var BlkioWeight: Int?
        package var PidsLimit: Int?
        package var OomKillDisable: Bool?
        package var OomScoreAdj: Int?
        package var ShmSize: Int?
        package var Ulimits: [Ulimit]?
        package var Privileged: Bool?
        package var CapAdd: [String]?
        package var CapDrop: [String]?
        package var SecurityOpt: [String]?
        package var ReadonlyRootfs: Bool?
        package var GroupAdd: [String]?
        package var UsernsMode: String?
        package var PidMode: String?
        package var IpcMode: String?
        package var UTSMode: String?
        package var CgroupParent: String?
        package var CgroupnsMode: String?
        package var Sysctls: [String: String]?
        package var StorageOpt: [String: String]?
        package var Devices: [DeviceMapping]?
        package var BlkioDeviceReadBps: [ThrottleDevice]?
        package var BlkioDeviceReadIOps: [ThrottleDevice]?
        package var BlkioDeviceWriteBps: [ThrottleDevice]?
        package var BlkioDeviceWriteIOps: [ThrottleDevice]?
        package var DeviceCgroupRules: [String]?
        package var DeviceRequests: [DeviceRequest]?
        package var Dns: [String]?
        package var DnsSearch: [String]?
        package var DnsOptions: [String]?
        package var ExtraHosts: [String]?
        package var LogConfig: LogSpec?
        package var VolumeDriver: String?
        package var Annotations: [String: String]?

        package init() {}
    }

    package struct MountSpec: Codable, Sendable, Equatable {
        package struct BindOptionsSpec: Codable, Sendable, Equatable {
            package var Propagation: String?

            package init(Propagation: String) { self.Propagation = Propagation }
        }

        package struct TmpfsOptionsSpec: Codable, Sendable, Equatable {
            package var SizeBytes: Int?
            package var Mode: Int?

            package init(SizeBytes: Int?, Mode: Int?) {
                self.SizeBytes = SizeBytes
                self.Mode = Mode
            }
        }

        package var `Type` = "volume"
        package var Source: String?
        package var Target = ""
        package var ReadOnly: Bool?
        package var BindOptions: BindOptionsSpec?
        package var TmpfsOptions: TmpfsOptionsSpec?

        package init() {}
    }

    package struct PortBinding: Codable, Sendable, Equatable {
        package var HostIp: String
        package var HostPort: String

        package init(HostIp: String = "", HostPort: String = "") {
            self.HostIp = HostIp
            self.HostPort = HostPort
        }
    }

    package struct RestartPolicySpec: Codable, Sendable, Equatable {
        package var Name: String
        package var MaximumRetryCount: Int

        package init(Name: String, MaximumRetryCount: Int) {
            self.Name = Name
            self.MaximumRetryCount = MaximumRetryCount
        }
    }

    package struct Ulimit: Codable, Sendable, Equatable {
        package var Name: String
        package var Soft: Int
        package var Hard: Int

        package init(Name: String, Soft: Int, Hard: Int) {
            self.Name = Name
            self.Soft = Soft
            self.Hard = Hard
        }
    }

    package struct DeviceMapping: Codable, Sendable, Equatable {
        package var PathOnHost: String
        package var PathInContainer: String
        package var CgroupPermissions: String

        package init(PathOnHost: String, PathInContainer: String, CgroupPermissions: String) {
            self.PathOnHost = PathOnHost
            self.PathInContainer = PathInContainer
            self.CgroupPermissions = CgroupPermissions
        }
    }

    package struct ThrottleDevice: Codable, Sendable, Equatable {
        package var Path: String
        package var Rate: Int

        package init(Path: String, Rate: Int) {
            self.Path = Path
            self.Rate = Rate
        }
    }

    package struct DeviceRequest: Codable, Sendable, Equatable {
        package var Driver: String
        package var Count: Int
        package var DeviceIDs: [String]?
        package var Capabilities: [[String]]

        package init(Driver: String = "", Count: Int, DeviceIDs: [String]? = nil, Capabilities: [[String]]) {
            self.Driver = Driver
            self.Count = Count
            self.DeviceIDs = DeviceIDs
            self.Capabilities = Capabilities
        }
    }

    package struct LogSpec: Codable, Sendable, Equatable {
        package var `Type`: String
        package var Config: [String: String]

        package init(Type: String = "", Config: [String: String] = [:]) {
            self.Type = Type
            self.Config = Config
        }
    }
}
