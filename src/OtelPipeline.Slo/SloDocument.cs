using System.Text;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.OpenSlo.Reading;

namespace OtelPipeline.Slo;

/// <summary>
/// A definition of objectives in <see href="https://github.com/OpenSLO/OpenSLO">OpenSLO v1</see>: one or several files of YAML or JSON, each with
/// any number of documents, connected by the names that they refer to. Extensions stand only where the specification is free: in a
/// <c>metricSource</c> of type <c>OtelPipeline</c> (see <see cref="TelemetrySource"/>) and in annotations under <c>otelpipeline/</c>.
/// </summary>
public sealed class SloDocument
{
    private SloDocument(DocumentReader read, IReadOnlyList<string> files)
    {
        Files = files;
        Services = [.. read.Services.Values];
        DataSources = [.. read.DataSources.Values];
        Indicators = [.. read.Indicators.Values];
        AlertConditions = [.. read.AlertConditions.Values];
        AlertNotificationTargets = [.. read.NotificationTargets.Values];
        AlertPolicies = [.. read.AlertPolicies.Values];
        Slos = [.. read.Slos.Values];
        Objectives = [.. Slos.SelectMany(static s => s.Objectives)];
    }

    /// <summary>The files, as they were named.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>All objects of kind <c>Service</c>, in the order of the files.</summary>
    public IReadOnlyList<ServiceObject> Services { get; }

    /// <summary>All objects of kind <c>DataSource</c>, in the order of the files.</summary>
    public IReadOnlyList<DataSourceObject> DataSources { get; }

    /// <summary>All objects of kind <c>SLI</c>, in the order of the files; not those that stand within an SLO.</summary>
    public IReadOnlyList<SloIndicator> Indicators { get; }

    /// <summary>All objects of kind <c>SLO</c>, in the order of the files.</summary>
    public IReadOnlyList<SloDefinition> Slos { get; }

    /// <summary>The objectives of all of <see cref="Slos"/>.</summary>
    public IReadOnlyList<SloObjective> Objectives { get; }

    /// <summary>All objects of kind <c>AlertPolicy</c>, in the order of the files; not those that stand within an SLO.</summary>
    public IReadOnlyList<AlertPolicyObject> AlertPolicies { get; }

    /// <summary>All objects of kind <c>AlertCondition</c>, in the order of the files; not those that stand within a policy.</summary>
    public IReadOnlyList<AlertConditionObject> AlertConditions { get; }

    /// <summary>All objects of kind <c>AlertNotificationTarget</c>, in the order of the files; not those that stand within a policy.</summary>
    public IReadOnlyList<AlertNotificationTargetObject> AlertNotificationTargets { get; }

    /// <summary>Reads a definition from files, which may refer to each other's objects.</summary>
    /// <param name="paths">Paths of files; at least one.</param>
    /// <exception cref="ArgumentException">There is no path.</exception>
    /// <exception cref="SloFormatException">Something is wrong in a file; it lists everything.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static SloDocument Load(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
            throw new ArgumentException("Give the path of at least one file.", nameof(paths));
        var errors = new Errors();
        var reader = new DocumentReader(errors);
        foreach (var path in paths.Distinct(StringComparer.Ordinal))
        {
            if (ReadText(path, errors) is { } text)
                reader.Add(text, path);
        }

        return Complete(reader, errors, paths);
    }

    /// <summary>Reads a definition from text.</summary>
    /// <param name="text">YAML or JSON, at most 4,000,000 characters.</param>
    /// <param name="name">What errors call it. Default: <c>(text)</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="SloFormatException">Something is wrong in it; it lists everything.</exception>
    public static SloDocument Parse(string text, string name = "(text)")
    {
        ArgumentNullException.ThrowIfNull(text);
        var errors = new Errors();
        var reader = new DocumentReader(errors);
        reader.Add(text, name);
        return Complete(reader, errors, [name]);
    }

    private static SloDocument Complete(DocumentReader reader, Errors errors, IReadOnlyList<string> files)
    {
        reader.Complete();
        if (errors.Items.Count > 0)
            throw new SloFormatException(errors.Items);
        return new SloDocument(reader, [.. files]);
    }

    private static string? ReadText(string path, Errors errors)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // a character takes at most four bytes
        if (stream.Length > 4L * YamlDocuments.MaxLength)
        {
            errors.Add(
                path,
                0,
                0,
                "",
                $"the file has {stream.Length:N0} bytes; at most {YamlDocuments.MaxLength:N0} characters are read. Split the definition into several files."
            );
            return null;
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
