import JSONDocument

/// What a Nomad agent tells of its configuration when nobody has configured much.
extension NomadCluster {
    static let fixedConfig: JSONValue = .object([
        "Addresses": ["HTTP": "127.0.0.1", "RPC": "127.0.0.1", "Serf": "127.0.0.1"],
        "AdvertiseAddrs": ["HTTP": "127.0.0.1:4646", "RPC": "127.0.0.1:4647", "Serf": "127.0.0.1:4648"],
        "Audit": ["Enabled": .null, "Filters": .null, "Sinks": .null],
        "Autopilot": [
            "CleanupDeadServers": .null, "DisableUpgradeMigration": .null, "EnableCustomUpgrades": .null,
            "EnableRedundancyZones": .null, "LastContactThreshold": 200000000, "MaxTrailingLogs": 250, "MinQuorum": 0,
            "ServerStabilizationTime": 10000000000,
        ],
        "BindAddr": "127.0.0.1",
        "Client": configClient,
        "Consul": configConsul,
        "DataDir": "/var/lib/nomad",
        "Datacenter": "dc1",
        "DevMode": false,
        "DisableAnonymousSignature": false,
        "DisableUpdateCheck": true,
        "EnableDebug": false,
        "EnableSyslog": false,
        "Files": ["run/agent.hcl"],
        "HTTPAPIResponseHeaders": [:],
        "LeaveOnInt": false,
        "LeaveOnTerm": false,
        "Limits": [
            "HTTPMaxConnsPerClient": 100, "HTTPSHandshakeTimeout": "5s", "RPCHandshakeTimeout": "5s",
            "RPCMaxConnsPerClient": 100,
        ],
        "LogFile": "",
        "LogJson": false,
        "LogLevel": "INFO",
        "LogRotateBytes": 0,
        "LogRotateDuration": "",
        "LogRotateMaxFiles": 0,
        "NodeName": "nomad-1",
        "PluginDir": "/var/lib/nomad/plugins",
        "Plugins": [
            ["Args": .null, "Config": ["gc": [["image": false]], "allow_privileged": true], "Name": "docker"]
        ],
        "Ports": ["HTTP": 14646, "RPC": 14647, "Serf": 14648],
        "Region": "global",
        "Sentinel": ["Imports": .null],
        "Server": configServer,
        "SyslogFacility": "LOCAL0",
        "TLSConfig": configTLSConfig,
        "Telemetry": configTelemetry,
        "Vault": configVault,
    ])

    private static let configClient: JSONValue = [
        "AllocDir": "", "BindWildcardDefaultHostNetwork": true, "BridgeNetworkName": "", "BridgeNetworkSubnet": "",
        "CNIConfigDir": "", "CNIPath": "", "CgroupParent": "", "ChrootEnv": [:], "ClientMaxPort": 14512,
        "ClientMinPort": 14000, "CpuCompute": 0, "DisableRemoteExec": false, "Enabled": true,
        "GCDiskUsageThreshold": 80, "GCInodeUsageThreshold": 70, "GCInterval": 60000000000, "GCMaxAllocs": 50,
        "GCParallelDestroys": 2, "HostNetworks": .null, "HostVolumes": .null, "MaxKillTimeout": "30s", "MemoryMB": 0,
        "Meta": [
            "connect.gateway_image": "envoyproxy/envoy:v${NOMAD_envoy_version}", "connect.log_level": "info",
            "connect.proxy_concurrency": "1", "connect.sidecar_image": "envoyproxy/envoy:v${NOMAD_envoy_version}",
        ], "NetworkInterface": "lo", "NetworkSpeed": 0, "NoHostUUID": true, "NodeClass": "",
        "Options": ["driver.allowlist": "docker,raw_exec"], "ReserveableCores": "",
        "Reserved": ["CPU": 0, "Cores": "", "DiskMB": 0, "MemoryMB": 0, "ReservedPorts": ""],
        "ServerJoin": ["RetryInterval": 30000000000, "RetryJoin": [], "RetryMaxAttempts": 0, "StartJoin": .null],
        "Servers": ["127.0.0.1:4647"], "StateDir": "",
        "TemplateConfig": ["DisableSandbox": false, "FunctionBlacklist": .null, "FunctionDenylist": ["plugin"]],
    ]

    private static let configConsul: JSONValue = [
        "Addr": "127.0.0.1:8500", "AllowUnauthenticated": true, "Auth": "", "AutoAdvertise": true, "CAFile": "",
        "CertFile": "", "ChecksUseAdvertise": false, "ClientAutoJoin": true,
        "ClientHTTPCheckName": "Nomad Client HTTP Check", "ClientServiceName": "nomad-client", "EnableSSL": false,
        "GRPCAddr": "", "KeyFile": "", "Namespace": "", "ServerAutoJoin": true,
        "ServerHTTPCheckName": "Nomad Server HTTP Check", "ServerRPCCheckName": "Nomad Server RPC Check",
        "ServerSerfCheckName": "Nomad Server Serf Check", "ServerServiceName": "nomad", "ShareSSL": .null,
        "Tags": .null, "Timeout": 5000000000, "Token": "", "VerifySSL": true,
    ]

    private static let configServer: JSONValue = [
        "AuthoritativeRegion": "", "BootstrapExpect": 1, "CSIPluginGCThreshold": "", "CSIVolumeClaimGCThreshold": "",
        "DataDir": "", "DefaultSchedulerConfig": .null, "DeploymentGCThreshold": "", "EnableEventBroker": true,
        "Enabled": true, "EnabledSchedulers": .null, "EvalGCThreshold": "", "EventBufferSize": 100, "HeartbeatGrace": 0,
        "JobGCInterval": "", "JobGCThreshold": "", "LicenseEnv": "", "LicensePath": "", "MaxHeartbeatsPerSecond": 0,
        "MinHeartbeatTTL": 0, "NodeGCThreshold": "", "NonVotingServer": false, "NumSchedulers": .null,
        "ProtocolVersion": 0, "RaftMultiplier": .null, "RaftProtocol": 0, "RedundancyZone": "",
        "RejoinAfterLeave": false, "RetryInterval": 0, "RetryJoin": [], "RetryMaxAttempts": 0,
        "Search": ["FuzzyEnabled": true, "LimitQuery": 20, "LimitResults": 100, "MinTermLength": 2],
        "ServerJoin": ["RetryInterval": 30000000000, "RetryJoin": [], "RetryMaxAttempts": 0, "StartJoin": .null],
        "StartJoin": [], "UpgradeVersion": "",
    ]

    private static let configTLSConfig: JSONValue = [
        "CAFile": "", "CertFile": "", "Checksum": "", "EnableHTTP": false, "EnableRPC": false, "KeyFile": "",
        "KeyLoader": [:], "RPCUpgradeMode": false, "TLSCipherSuites": "", "TLSMinVersion": "",
        "TLSPreferServerCipherSuites": false, "VerifyHTTPSClient": false, "VerifyServerHostname": false,
    ]

    private static let configTelemetry: JSONValue = [
        "CirconusAPIApp": "", "CirconusAPIToken": "", "CirconusAPIURL": "", "CirconusBrokerID": "",
        "CirconusBrokerSelectTag": "", "CirconusCheckDisplayName": "", "CirconusCheckForceMetricActivation": "",
        "CirconusCheckID": "", "CirconusCheckInstanceID": "", "CirconusCheckSearchTag": "",
        "CirconusCheckSubmissionURL": "", "CirconusCheckTags": "", "CirconusSubmissionInterval": "",
        "CollectionInterval": "1s", "DataDogAddr": "", "DataDogTags": .null,
        "DisableDispatchedJobSummaryMetrics": false, "DisableHostname": false, "FilterDefault": .null,
        "PrefixFilter": .null, "PrometheusMetrics": false, "PublishAllocationMetrics": false,
        "PublishNodeMetrics": false, "StatsdAddr": "", "StatsiteAddr": "", "UseNodeName": false,
    ]

    private static let configVault: JSONValue = [
        "Addr": "https://vault.service.consul:8200", "AllowUnauthenticated": true, "ConnectionRetryIntv": 30000000000,
        "Enabled": .null, "Namespace": "", "Role": "", "TLSCaFile": "", "TLSCaPath": "", "TLSCertFile": "",
        "TLSKeyFile": "", "TLSServerName": "", "TLSSkipVerify": .null, "TaskTokenTTL": "", "Token": "",
    ]
}
