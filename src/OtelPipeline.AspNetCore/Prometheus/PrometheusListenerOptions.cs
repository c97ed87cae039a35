using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OtelPipeline.Internal;

namespace OtelPipeline.AspNetCore.Prometheus;

/// <summary>
/// Where a worker is scraped. Binds from the configuration section <c>OtelPipeline:Prometheus:Listener</c>; what the code gives wins.
/// </summary>
public sealed class PrometheusListenerOptions
{
    internal const string Section = "OtelPipeline:Prometheus:Listener";

    /// <summary>
    /// The IP address to listen on: 127.0.0.1, so that nobody on the network reads the metrics unasked; 0.0.0.0 or :: for all. Default: 127.0.0.1.
    /// </summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The TCP port, 0 to 65535; 0 for one that is free, which the log then names. Default: 9464.</summary>
    public int Port { get; set; } = 9464;

    /// <summary>The path, which begins with a slash. Default: <c>/metrics</c>.</summary>
    public string Path { get; set; } = "/metrics";

    /// <summary><c>OtelPipeline:Enabled</c>, which turns everything off.</summary>
    internal bool Enabled { get; private set; } = true;

    internal IPEndPoint Endpoint => new(IPAddress.Parse(Address), Port);

    internal void Bind(IConfiguration? configuration)
    {
        var section = new OptionsSection(configuration, Section);
        section.Read(nameof(Address), (string value) => Address = value);
        section.Read(nameof(Port), (int value) => Port = value);
        section.Read(nameof(Path), (string value) => Path = value);
        section.RejectUnknown();
        Enabled = OptionsSection.IsEnabled(configuration);
    }

    internal void Validate()
    {
        var failures = new List<string>();
        if (!IPAddress.TryParse(Address, out _))
            failures.Add($"{Section}:{nameof(Address)} is '{Address}'. Give an IP address such as 127.0.0.1 or 0.0.0.0.");
        if (Port is < 0 or > 65535)
            failures.Add($"{Section}:{nameof(Port)} is {Port}. Give a port from 0 to 65535.");
        if (!Path.StartsWith('/'))
            failures.Add($"{Section}:{nameof(Path)} is '{Path}'. Give a path that begins with a slash, such as /metrics.");
        if (failures.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(PrometheusListenerOptions), failures);
    }
}
