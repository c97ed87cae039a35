using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace OtelPipeline.Internal;

/// <summary>What exceptions mean for outcomes, and which of them have been recorded.</summary>
internal static class Failures
{
    public const string Abandoned = "abandoned";

    // weak keys: remembering an exception must not keep it alive
    private static readonly ConditionalWeakTable<Exception, object> s_recorded = [];
    private static readonly object s_mark = new();

    public static PipelineResult ResultOf(Exception exception, CancellationToken runToken) =>
        exception switch
        {
            // HttpClient reports its own time-out as a cancellation around a TimeoutException
            OperationCanceledException { InnerException: TimeoutException } when !runToken.IsCancellationRequested =>
                PipelineResult.Timeout,
            OperationCanceledException when runToken.IsCancellationRequested => PipelineResult.Cancellation,
            _ when IsTimeout(exception) => PipelineResult.Timeout,
            // what Task.Wait and Task.Result wrap around the one exception there was
            AggregateException { InnerExceptions: [var only] } => ResultOf(only, runToken),
            _ => PipelineResult.Failure,
        };

    /// <summary>Whether something did not end in time. Polly's exception is no <see cref="TimeoutException"/>, and this package does not know Polly.</summary>
    public static bool IsTimeout(Exception exception) =>
        exception is TimeoutException || TypeOf(exception) == "Polly.Timeout.TimeoutRejectedException";

    /// <summary>The semantic conventions' <c>error.type</c> of an exception: the full name of its type.</summary>
    public static string TypeOf(Exception exception) => exception.GetType().FullName ?? exception.GetType().Name;

    /// <summary>True for the first level that sees the exception, false for those it passes afterwards.</summary>
    public static bool IsNew(Exception exception)
    {
        if (exception is AggregateException { InnerExceptions: var inner } && inner.Count > 0 && inner.All(WasRecorded))
            return false;
        return s_recorded.TryAdd(exception, s_mark);
    }

    /// <summary>The message of an exception; also of one whose <see cref="Exception.Message"/> throws.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception e)
        {
            return $"({e.GetType().Name} while reading the message)";
        }
    }

    private static bool WasRecorded(Exception exception) => s_recorded.TryGetValue(exception, out _);

    public static string CategoryOf(Exception exception) =>
        exception switch
        {
            _ when IsTimeout(exception) => "timeout",
            OperationCanceledException => exception.InnerException is TimeoutException ? "timeout" : "cancellation",
            HttpRequestException or SocketException or System.Net.WebException => "network",
            FileNotFoundException
            or DirectoryNotFoundException
            or DriveNotFoundException
            or PathTooLongException
            or UnauthorizedAccessException => "io",
            IOException { InnerException: SocketException } => "network",
            InvalidDataException
            or FormatException
            or System.Xml.XmlException
            or System.Text.Json.JsonException
            or OverflowException
            or DivideByZeroException => "data",
            EndOfStreamException => "data",
            IOException => "io",
            OutOfMemoryException or InsufficientExecutionStackException => "resource",
            ArgumentException
            or NullReferenceException
            or InvalidOperationException
            or InvalidCastException
            or IndexOutOfRangeException
            or NotImplementedException
            or NotSupportedException
            or KeyNotFoundException => "code",
            AggregateException { InnerException: { } inner } => CategoryOf(inner),
            _ => exception.GetType().Name.Contains("Configuration", StringComparison.Ordinal)
            || exception.GetType().Name.Contains("OptionsValidation", StringComparison.Ordinal)
                ? "configuration"
                : "other",
        };
}
