namespace OtelPipeline.OpenTelemetry;

/// <summary>What is known of the terminal behind the console, if there is one.</summary>
internal static class Terminal
{
    public const int DefaultWidth = 100;

    public static bool WantsColor =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static int Width
    {
        get
        {
            try
            {
                // a pseudo-terminal that nobody sized says 0
                return Console.WindowWidth is >= SummaryWriter.MinWidth and var width ? Math.Min(width, 140) : DefaultWidth;
            }
            catch (Exception e) when (e is IOException or PlatformNotSupportedException)
            {
                return DefaultWidth;
            }
        }
    }

    public static bool Is(TextWriter writer) =>
        (ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected)
        || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected);
}
