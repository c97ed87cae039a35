using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

public sealed partial class PipelineRun
{
    private const int MaxSettings = 256;
    private const int MaxSettingLength = 1_024;

    /// <summary>
    /// Records what the run was configured with, as the event <c>pipeline.run.config</c>: what names a secret is masked, URLs lose their
    /// queries, long values are cut after 1,024 characters and more than 256 settings are left out.
    /// </summary>
    /// <param name="options">An object, whose public properties are taken, or a dictionary.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public void Configuration<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T options)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(options);
        var logger = Logger;
        if (!EventLog.IsEnabled(logger, LogLevel.Information))
            return;
        try
        {
            var settings = Settings(options).Take(MaxSettings + 1).ToArray();
            var more = settings.Length > MaxSettings ? $"; it has more than {MaxSettings} settings, the rest is left out" : "";
            var state = NewEvent($"{this} is configured{more}", settings.Length);
            foreach (var (key, value) in settings.Take(MaxSettings))
            {
                var isSecret = value is not null && Redactor.Standard.IsSecretKey(key);
                state.Add(PipelineAttributes.ConfigPrefix + key, isSecret ? Redactor.Mask : Printable(value));
            }

            EventLog.Write(logger, LogLevel.Information, PipelineEvents.RunConfig, state);
        }
        catch (Exception e)
        {
            // a dictionary that changes under the enumerator, a ToString that throws
            PipelineEventSource.Report("a configuration snapshot", e);
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Settings<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T
    >(T options)
        where T : notnull =>
        options switch
        {
            IEnumerable<KeyValuePair<string, object?>> objects => objects,
            IEnumerable<KeyValuePair<string, string?>> texts => texts.Select(static t => new KeyValuePair<string, object?>(t.Key, t.Value)),
            IDictionary entries => entries.Keys.Cast<object>().Select(k => new KeyValuePair<string, object?>(Text(k), entries[k])),
            _ => typeof(T)
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(static p => p.CanRead && p.GetIndexParameters().Length == 0)
                .Select(p => new KeyValuePair<string, object?>(p.Name, Read(p, options))),
        };

    private static object? Read(PropertyInfo property, object options)
    {
        try
        {
            return property.GetValue(options);
        }
        catch (TargetInvocationException e)
        {
            return $"({e.InnerException?.GetType().Name ?? "unreadable"})";
        }
    }

    private static object? Printable(object? value) =>
        value switch
        {
            null => null,
            bool or byte or sbyte or short or ushort or int or uint or long or float or double => value,
            string text => Cut(text),
            IEnumerable many and not IFormattable => many.Cast<object?>().Take(64).Select(static v => Cut(Text(v))).ToArray(),
            _ => Cut(Text(value)),
        };

    private static string Text(object? value)
    {
        try
        {
            return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
        catch (Exception e)
        {
            // one setting whose ToString throws must not cost the others
            return $"({e.GetType().Name})";
        }
    }

    // redacted before it is cut: half a URL may not be recognizable as one
    private static string Cut(string text)
    {
        text = Redactor.Standard.Text(text);
        return text.Length > MaxSettingLength ? text[..MaxSettingLength] + "..." : text;
    }
}
