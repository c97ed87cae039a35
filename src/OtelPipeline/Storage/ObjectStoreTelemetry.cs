using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>What is asked of an object store: a long-lived, thread-safe object for each store.</summary>
/// <remarks>
/// Where the store is S3, spans also have the attributes of <see href="https://opentelemetry.io/docs/specs/semconv/object-stores/s3/"/>; metrics
/// never have them. Further ones, such as <c>aws.s3.upload_id</c>, can be set on the current span inside the request.
/// </remarks>
public sealed class ObjectStoreTelemetry
{
    private static readonly NameLimiter s_names = new();

    // by ObjectStoreOperation
    private readonly TimedOperation[] _operations;
    private readonly bool _isS3;

    /// <summary>Makes the telemetry of one object store.</summary>
    /// <param name="name">Name of the store, of low cardinality, never a URL; the first 1,000 of a process are on metrics as they are, later ones as <c>_other</c>.</param>
    /// <param name="s3Bucket">The bucket, where the store is Amazon S3 or speaks its protocol: then spans have <c>aws.s3.*</c>. Null for other stores.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="s3Bucket"/> is empty or white space.</exception>
    public ObjectStoreTelemetry(string name, string? s3Bucket = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (s3Bucket is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(s3Bucket);
        _isS3 = s3Bucket is not null;
        KeyValuePair<string, object?> nameTag = new(PipelineAttributes.ObjectStoreName, name);
        KeyValuePair<string, object?> metricTag = new(PipelineAttributes.ObjectStoreName, s_names.Fold(name));
        _operations = [.. Enum.GetValues<ObjectStoreOperation>().Select(Of)];

        TimedOperation Of(ObjectStoreOperation operation)
        {
            KeyValuePair<string, object?> tag = new(PipelineAttributes.ObjectStoreOperation, Words.Of(operation));
            var spanName = "object_store " + Words.Of(operation);
            KeyValuePair<string, object?>[] span = s3Bucket is null
                ? [nameTag, tag]
                : [nameTag, tag, new(PipelineAttributes.S3Bucket, s3Bucket)];
            return new(spanName, ActivityKind.Client, span, [metricTag, tag], ObjectStoreInstruments.Duration);
        }
    }

    /// <summary>Executes one request as a span and returns what <paramref name="body"/> returns. What it throws is rethrown.</summary>
    /// <param name="operation">What is asked.</param>
    /// <param name="body">The request.</param>
    /// <param name="key">Key of the object, or null where the request has none; it is recorded where the store is S3, and never on a metric.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="operation"/> is not defined.</exception>
    public Task<T> RequestAsync<T>(
        ObjectStoreOperation operation,
        Func<CancellationToken, Task<T>> body,
        string? key = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return For(operation).RunAsync(body, cancellationToken, details: new() { ObjectKey = _isS3 ? key : null });
    }

    /// <inheritdoc cref="RequestAsync{T}"/>
    public Task RequestAsync(
        ObjectStoreOperation operation,
        Func<CancellationToken, Task> body,
        string? key = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return For(operation).RunAsync(body, cancellationToken, details: new() { ObjectKey = _isS3 ? key : null });
    }

    /// <summary>Counts bytes that were read or written.</summary>
    /// <param name="operation">By what.</param>
    /// <param name="bytes">How many; 0 and negative numbers are ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="operation"/> is not defined.</exception>
    public void Transferred(ObjectStoreOperation operation, long bytes)
    {
        var timed = For(operation);
        if (bytes > 0 && ObjectStoreInstruments.Io.Enabled)
            ObjectStoreInstruments.Io.TryAdd(bytes, timed.Tags(null));
    }

    /// <summary>A request failed and is tried again.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="operation"/> is not defined.</exception>
    public void Retried(ObjectStoreOperation operation, Exception exception) => CountError(operation, exception, "retried");

    /// <summary>A request failed for good: data is at risk.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="operation"/> is not defined.</exception>
    public void GaveUp(ObjectStoreOperation operation, Exception exception) => CountError(operation, exception, "failed");

    private void CountError(ObjectStoreOperation operation, Exception exception, string outcome)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var timed = For(operation);
        if (ObjectStoreInstruments.Errors.Enabled)
            ObjectStoreInstruments.Errors.TryAdd(1, [.. timed.Tags(exception), new(PipelineAttributes.ObjectStoreErrorOutcome, outcome)]);
    }

    private TimedOperation For(ObjectStoreOperation operation) =>
        (uint)operation < (uint)_operations.Length
            ? _operations[(int)operation]
            : throw new ArgumentOutOfRangeException(
                nameof(operation),
                operation,
                "The operation of an object store must be Get, Put, Delete, List, Head or Copy."
            );
}
