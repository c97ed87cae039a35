using System.Globalization;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>Writes telemetry tables as Parquet.</summary>
public static class TelemetryParquetWriter
{
    /// <summary>Writes spans, in the columns of <see cref="TelemetrySchema.Spans"/>.</summary>
    /// <param name="stream">Where to; it need not seek, and is disposed of with the writer.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">Promoted columns contradict each other or the table, or an option is out of range.</exception>
    public static TelemetryParquetWriter<SpanRow> ForSpans(Stream stream, TelemetryParquetOptions? options = null) =>
        new SpanParquetWriter(stream, options ?? new());

    /// <summary>Writes events (log records), in the columns of <see cref="TelemetrySchema.Logs"/>.</summary>
    /// <inheritdoc cref="ForSpans"/>
    public static TelemetryParquetWriter<EventRow> ForEvents(Stream stream, TelemetryParquetOptions? options = null) =>
        new EventParquetWriter(stream, options ?? new());

    /// <summary>Writes metric points, in the columns of <see cref="TelemetrySchema.Metrics"/>.</summary>
    /// <inheritdoc cref="ForSpans"/>
    public static TelemetryParquetWriter<MetricPointRow> ForMetricPoints(Stream stream, TelemetryParquetOptions? options = null) =>
        new MetricPointParquetWriter(stream, options ?? new());
}

/// <summary>
/// Writes one telemetry table. Rows that come sorted by <c>timestamp</c> are declared as sorted. A file without <see cref="Close"/> has no footer
/// and cannot be read. Not thread safe.
/// </summary>
/// <typeparam name="TRow">The kind of row.</typeparam>
public abstract class TelemetryParquetWriter<TRow> : IDisposable
    where TRow : TelemetryRow
{
    private const int BatchRows = 1024;

    private readonly ParquetBytesWriter _serviceName;
    private readonly ParquetBytesWriter _serviceNamespace;
    private readonly ParquetBytesWriter _serviceVersion;
    private readonly ParquetBytesWriter _serviceInstance;
    private readonly ParquetBytesWriter _scopeName;
    private readonly ParquetBytesWriter _scopeVersion;
    private readonly PromotedColumns _promoted;
    private readonly AttributeColumns _attributes;
    private readonly AttributeColumns _resource;
    private readonly AttributeColumns _scope;
    private readonly ParquetBytesWriter _resourceSchema;
    private readonly ParquetBytesWriter _scopeSchema;
    private readonly ParquetColumnWriter<int> _resourceDropped;
    private readonly ParquetColumnWriter<int> _scopeDropped;
    private readonly ParquetColumnWriter<int> _flags;
    private int _pending;

    private protected TelemetryParquetWriter(Stream stream, TelemetryTable table, TelemetryParquetOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var schema = table.ToParquet(options.Promoted);
        var format = options.Format;
        format.SortingColumns.Clear();
        format.SortingColumns.Add(new ParquetSortingColumn("timestamp"));
        format.KeyValueMetadata[ParquetKeys.Schema] = table.Version;
        format.KeyValueMetadata[ParquetKeys.Promoted] = PromotedColumns.Describe(options.Promoted);
        if (options.Instance is { } instance)
            format.KeyValueMetadata[ParquetKeys.Instance] = instance;
        if (options.Exports is { } exports)
            format.KeyValueMetadata[ParquetKeys.Exports] = string.Create(CultureInfo.InvariantCulture, $"{exports.First}-{exports.Last}");
        File = new ParquetWriter(stream, schema, format);
        _serviceName = File.Bytes("service_name");
        _serviceNamespace = File.Bytes("service_namespace");
        _serviceVersion = File.Bytes("service_version");
        _serviceInstance = File.Bytes("service_instance_id");
        _scopeName = File.Bytes("scope_name");
        _scopeVersion = File.Bytes("scope_version");
        _promoted = new PromotedColumns(File, options.Promoted);
        _attributes = new AttributeColumns(File, "attributes", Text);
        _resource = new AttributeColumns(File, "resource_attributes", Text);
        _scope = new AttributeColumns(File, "scope_attributes", Text);
        _resourceSchema = File.Bytes("resource_schema_url");
        _scopeSchema = File.Bytes("scope_schema_url");
        _resourceDropped = File.Column<int>("resource_dropped_attributes_count");
        _scopeDropped = File.Column<int>("scope_dropped_attributes_count");
        _flags = File.Column<int>("flags");
    }

    /// <summary>Rows written.</summary>
    public long RowCount { get; private set; }

    /// <summary>Bytes of the file so far, without those that wait in memory for the row group's end.</summary>
    public long BytesWritten => File.BytesWritten;

    /// <summary>Entries of the footer; they may be changed until <see cref="Close"/>.</summary>
    internal IDictionary<string, string> Metadata => File.KeyValueMetadata;

    private protected ParquetWriter File { get; }

    private protected OtlpText Text { get; } = new();

    /// <summary>Writes a row; nothing of it is kept.</summary>
    /// <exception cref="IOException">The stream cannot be written to; the writer is of no use from then on.</exception>
    public void Write(TRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        Append(row);
        AppendCommon(row);
        RowCount++;
        if (++_pending < BatchRows)
            return;
        _pending = 0;
        File.EndBatch();
    }

    /// <summary>Writes the rows that wait in memory as a row group, and gives that memory back until more rows come.</summary>
    /// <exception cref="IOException">The stream cannot be written to; the writer is of no use from then on.</exception>
    public void Pause()
    {
        _pending = 0;
        File.Pause();
    }

    /// <summary>Writes the footer. The file is complete then.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Close() => File.Close();

    /// <summary>Releases memory and the stream. Writes nothing: a file that was not closed stays incomplete, and says so to every reader.</summary>
    public void Dispose()
    {
        File.Dispose();
        Text.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Append(TRow row);

    private protected static void AppendId(ParquetBytesWriter column, TraceId id)
    {
        Span<byte> hex = stackalloc byte[TraceId.Size * 2];
        id.TryFormat(hex);
        column.Append(hex);
    }

    private protected static void AppendId(ParquetBytesWriter column, SpanId id)
    {
        Span<byte> hex = stackalloc byte[SpanId.Size * 2];
        id.TryFormat(hex);
        column.Append(hex);
    }

    /// <summary>Appends text, or NULL for none.</summary>
    private protected static void AppendText(ParquetBytesWriter column, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            column.AppendNull();
        else
            column.Append(text);
    }

    /// <summary>Microseconds, rounded towards the past.</summary>
    private protected static long Micros(long unixNano)
    {
        var (micros, rest) = Math.DivRem(unixNano, 1000);
        return rest < 0 ? micros - 1 : micros;
    }

    private void AppendCommon(TRow row)
    {
        _serviceName.Append(row.Resource.ServiceName);
        _serviceNamespace.Append(row.Resource.ServiceNamespace);
        _serviceVersion.Append(row.Resource.ServiceVersion);
        _serviceInstance.Append(row.Resource.ServiceInstanceId);
        _scopeName.Append(row.Scope.Name.Length == 0 ? null : row.Scope.Name);
        _scopeVersion.Append(row.Scope.Version);
        _attributes.Append(row.Attributes, _promoted);
        _resource.Append(row.Resource.Attributes);
        _scope.Append(row.Scope.Attributes);
        _resourceSchema.Append(row.Resource.SchemaUrl);
        _scopeSchema.Append(row.Scope.SchemaUrl);
        _resourceDropped.Append((int)row.Resource.DroppedAttributesCount);
        _scopeDropped.Append((int)row.Scope.DroppedAttributesCount);
        _flags.Append((int)row.Flags);
    }
}
