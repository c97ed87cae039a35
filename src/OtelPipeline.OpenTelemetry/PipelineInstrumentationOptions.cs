using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OtelPipeline.Internal;

namespace OtelPipeline.OpenTelemetry;

/// <summary>
/// Settings of <c>UsePipelineInstrumentation</c> and <c>AddPipelineInstrumentation</c>. They are read from the configuration section
/// <c>OtelPipeline</c> (so from environment variables such as <c>OtelPipeline__Enabled</c> too); code comes after that and wins.
/// </summary>
public sealed class PipelineInstrumentationOptions
{
    /// <summary>Whether anything is switched on at all. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Whether the id of the ambient run is written on spans and log records that others make while it runs, and the names of the ambient
    /// node and item on log records. Default: true.
    /// </summary>
    public bool StampRunId { get; set; } = true;

    /// <summary>
    /// Whether runs continue the trace and run that a parent process handed down in TRACEPARENT, TRACESTATE and BAGGAGE. Default: true.
    /// </summary>
    public bool ContinueFromEnvironment { get; set; } = true;

    /// <summary>Whether metrics carry exemplars: the trace ids of sampled spans during which they were recorded. Default: true.</summary>
    public bool Exemplars { get; set; } = true;

    /// <summary>
    /// The lowest level of OtelPipeline's own events that reach OpenTelemetry, whatever levels other loggers have. Default:
    /// <see cref="LogLevel.Debug"/>, all of them.
    /// </summary>
    public LogLevel EventLevel { get; set; } = LogLevel.Debug;

    /// <summary>Whether the resource carries <c>process.owner</c>, the name of the user. Default: true.</summary>
    public bool ProcessOwner { get; set; } = true;

    /// <summary>
    /// For processes that live shortly and start often: makes <c>service.instance.id</c> the host's name instead of a new id at each start, so
    /// that the number of metric series stays constant. Call <c>ConfigureResource</c> before <c>UsePipelineInstrumentation</c>. Default: false.
    /// </summary>
    public bool StableInstanceId { get; set; }

    /// <summary>
    /// How many different names of caches, breakers, limiters and their roles, fallback chains, topics, groups, stores and types of errors (each)
    /// reach metrics; later ones are counted as <c>_other</c>. Spans and events always carry the real name. It holds in the whole process, for
    /// objects that are made after the providers; where several containers set it, the last one wins. Names of nodes, checks and datasets have
    /// <see cref="PipelineOptions.NameLimit"/>. The SDK itself keeps 2,000 series of a metric, or what a view says. Range: 1 or more. Default: 1,000.
    /// </summary>
    public int NameLimit { get; set; } = NameLimiter.Default;

    /// <summary>
    /// How long SIGTERM and Ctrl-C may be held up to flush what is buffered, where no host does that. Range: 0 (no flush) to 1 minute.
    /// Default: 5 s.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What other libraries emit already and is only switched on.</summary>
    public BuiltInInstrumentation BuiltIn { get; } = new();

    /// <summary>What is taken out of telemetry before any exporter sees it.</summary>
    public RedactionOptions Redaction { get; } = new();

    internal void Bind(IConfiguration? configuration)
    {
        var section = new OptionsSection(configuration, "OtelPipeline");
        section.Read(nameof(Enabled), (bool v) => Enabled = v);
        section.Read(nameof(StampRunId), (bool v) => StampRunId = v);
        section.Read(nameof(ContinueFromEnvironment), (bool v) => ContinueFromEnvironment = v);
        section.Read(nameof(Exemplars), (bool v) => Exemplars = v);
        section.ReadEnum<LogLevel>(nameof(EventLevel), v => EventLevel = v);
        section.Read(nameof(ProcessOwner), (bool v) => ProcessOwner = v);
        section.Read(nameof(StableInstanceId), (bool v) => StableInstanceId = v);
        section.Read(nameof(NameLimit), (int v) => NameLimit = v);
        section.Read(nameof(ShutdownTimeout), (TimeSpan v) => ShutdownTimeout = v);
        section.Read(nameof(BuiltIn), BuiltIn.Bind);
        section.Read(nameof(Redaction), Redaction.Bind);

        // the sections of the other packages, each of which checks its own
        section.Leave("Jsonl", "Parquet", "Prometheus", "Health", "Slo");
        section.RejectUnknown();
    }

    internal static OptionsValidationException? Validate(PipelineInstrumentationOptions options)
    {
        if (options.ShutdownTimeout < TimeSpan.Zero || options.ShutdownTimeout > TimeSpan.FromMinutes(1))
            return Error(nameof(ShutdownTimeout), options.ShutdownTimeout, "it must lie between 0 (no flush) and 1 minute");
        if (options.NameLimit < 1)
            return Error(nameof(NameLimit), options.NameLimit, "it must be 1 or more; 1 leaves one name and '_other'");
        if (options.Redaction.SensitiveKeys.FirstOrDefault(static word => !RedactionOptions.IsKeyWord(word)) is { } word)
            return Error(
                "Redaction:SensitiveKeys",
                $"'{word}'",
                "a word that is looked for in keys consists of letters, digits, '_', '.' and '-'"
            );
        return options.Redaction.UrlPathHashKey is { Length: < 16 } key
            ? Error(
                "Redaction:UrlPathHashKey",
                $"({key.Length} characters)",
                "a key shorter than 16 characters can be guessed; use at least 16, or none for plain paths"
            )
            : null;
    }

    private static OptionsValidationException Error(string name, object value, string remedy) =>
        new(Options.DefaultName, typeof(PipelineInstrumentationOptions), [$"OtelPipeline:{name} is {value}: {remedy}."]);
}

/// <summary>Sources and meters of .NET and of libraries that <c>AddPipelineInstrumentation</c> switches on; nothing is measured twice.</summary>
public sealed class BuiltInInstrumentation
{
    /// <summary>Client spans and metrics of <c>System.Net.Http</c>. Default: true.</summary>
    public bool Http { get; set; } = true;

    /// <summary>Server spans and metrics of <c>Microsoft.AspNetCore</c>. Default: true.</summary>
    public bool AspNetCore { get; set; } = true;

    /// <summary>Metrics of <c>System.Runtime</c>: garbage collector, thread pool, exceptions. Default: true.</summary>
    public bool Runtime { get; set; } = true;

    /// <summary>Metrics of <c>Polly</c>. Default: true.</summary>
    public bool Polly { get; set; } = true;

    /// <summary>Spans and metrics of <c>Npgsql</c>. Default: true.</summary>
    public bool Npgsql { get; set; } = true;

    /// <summary>Metrics of <c>Microsoft.EntityFrameworkCore</c>. Default: true.</summary>
    public bool EntityFrameworkCore { get; set; } = true;

    /// <summary>Metrics of <c>Microsoft.Extensions.Diagnostics.HealthChecks</c>. Default: true.</summary>
    public bool HealthChecks { get; set; } = true;

    /// <summary>Spans and metrics of <c>ZiggyCreatures.Caching.Fusion</c>. Default: true.</summary>
    public bool FusionCache { get; set; } = true;

    internal IEnumerable<string> Sources()
    {
        if (Http)
            yield return "System.Net.Http";
        if (AspNetCore)
            yield return "Microsoft.AspNetCore";
        if (Npgsql)
            yield return "Npgsql";
        if (FusionCache)
            yield return "ZiggyCreatures.Caching.Fusion*";
    }

    internal IEnumerable<string> Meters()
    {
        if (Http)
            yield return "System.Net.Http";
        if (AspNetCore)
            yield return "Microsoft.AspNetCore.*";
        if (Runtime)
            yield return "System.Runtime";
        if (Polly)
            yield return "Polly";
        if (Npgsql)
            yield return "Npgsql";
        if (EntityFrameworkCore)
            yield return "Microsoft.EntityFrameworkCore";
        if (HealthChecks)
            yield return "Microsoft.Extensions.Diagnostics.HealthChecks";
        if (FusionCache)
            yield return "ZiggyCreatures.Caching.Fusion*";
    }

    internal void Bind(OptionsSection section)
    {
        section.Read(nameof(Http), (bool v) => Http = v);
        section.Read(nameof(AspNetCore), (bool v) => AspNetCore = v);
        section.Read(nameof(Runtime), (bool v) => Runtime = v);
        section.Read(nameof(Polly), (bool v) => Polly = v);
        section.Read(nameof(Npgsql), (bool v) => Npgsql = v);
        section.Read(nameof(EntityFrameworkCore), (bool v) => EntityFrameworkCore = v);
        section.Read(nameof(HealthChecks), (bool v) => HealthChecks = v);
        section.Read(nameof(FusionCache), (bool v) => FusionCache = v);
    }
}

/// <summary>
/// What is taken out of span names, status texts, attributes, log bodies and exception messages: queries, fragments and user names of URLs,
/// values behind keys that name a secret, and HTTP credentials.
/// </summary>
public sealed class RedactionOptions
{
    private Redactor? _redactor;

    /// <summary>Whether anything is taken out. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Words that make a key name a secret, wherever they stand in it and in any case, besides the built-in ones (password, secret, token, api
    /// key, credential, authorization, connection string, cookie, signature and the like). Default: none.
    /// </summary>
    public IList<string> SensitiveKeys { get; } = [];

    /// <summary>
    /// A secret of at least 16 characters: with it, the paths of URLs become keyed hashes (HMAC-SHA-256, 32 hexadecimal digits), equal for
    /// equal paths. Keep it out of source code. Default: null, paths stay readable.
    /// </summary>
    public string? UrlPathHashKey { get; set; }

    internal static bool IsKeyWord(string? word) =>
        !string.IsNullOrEmpty(word) && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    /// <summary>Made when the first provider is built, and shared by all signals; null where nothing is redacted.</summary>
    internal Redactor? Redactor =>
        !Enabled ? null
        : SensitiveKeys.Count == 0 && UrlPathHashKey is null ? Redactor.Standard
        : _redactor ??= new(SensitiveKeys, UrlPathHashKey is null ? null : System.Text.Encoding.UTF8.GetBytes(UrlPathHashKey));

    internal void Bind(OptionsSection section)
    {
        section.Read(nameof(Enabled), (bool v) => Enabled = v);
        section.Read(nameof(SensitiveKeys), SensitiveKeys);
        section.Read(nameof(UrlPathHashKey), (string v) => UrlPathHashKey = v);
    }
}
