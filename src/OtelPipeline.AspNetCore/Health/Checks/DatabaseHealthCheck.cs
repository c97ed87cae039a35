using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;
using OtelPipeline.Internal;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>Settings of the check of a database.</summary>
public sealed class DatabaseHealthOptions : RemoteHealthCheckOptions
{
    /// <summary>
    /// What is asked after the connection is open, or null for nothing: then a pool may hand out a connection whose server is long gone.
    /// Default: <c>SELECT 1</c>, which most databases understand.
    /// </summary>
    public string? Query { get; set; } = "SELECT 1";

    internal override void Bind(OptionsSection section)
    {
        base.Bind(section);
        section.Read(nameof(Query), (string v) => Query = v);
    }

    internal override void Validate(OptionErrors errors)
    {
        base.Validate(errors);
        errors.NotBlank(nameof(Query), Query);
    }
}

/// <summary>Opens a connection and asks a query.</summary>
internal sealed class DatabaseHealthCheck(
    IServiceProvider services,
    Func<IServiceProvider, DbConnection> connect,
    DatabaseHealthOptions options,
    TimeProvider time
) : PipelineHealthCheck(options.DegradedAfter, time)
{
    [SuppressMessage("Security", "CA2100", Justification = "The query comes from the program or its configuration, never from a request.")]
    protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        // a span every few seconds, which belongs to no run, is noise
        using var _ = SuppressInstrumentationScope.Begin();
        var scope = services.CreateAsyncScope();
        await using var scoped = scope.ConfigureAwait(false);
        var connection = connect(scope.ServiceProvider);
        await using var connected = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (options.Query is { } query)
        {
            var command = connection.CreateCommand();
            await using var commanded = command.ConfigureAwait(false);
            command.CommandText = query;
            await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }

        return HealthCheckResult.Healthy();
    }
}
