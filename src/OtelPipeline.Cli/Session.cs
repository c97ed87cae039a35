using Microsoft.Win32.SafeHandles;
using OtelPipeline.Data;

namespace OtelPipeline.Cli;

/// <summary>What a command works with: its output, its messages, and whether it is still wanted.</summary>
internal sealed class Session : IDisposable
{
    private const int ListedErrors = 10;

    private readonly CancellationTokenSource _cancellation = new();
    private Stream? _output;

    public CancellationToken Cancellation => _cancellation.Token;

    public TimeProvider Time { get; } = TimeProvider.System;

    /// <summary>Messages for people; never results.</summary>
    public TextWriter Error { get; } = Console.Error;

    /// <summary>Results, in UTF-8.</summary>
    public Stream Output => _output ??= new BufferedStream(new StandardOutput(), 64 * 1024);

    /// <summary>Whether people look at the results directly.</summary>
    public static bool IsTerminal { get; } = !Console.IsOutputRedirected;

    /// <summary>https://no-color.org</summary>
    public static bool HasColor => IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public void Cancel() => _cancellation.Cancel();

    public void Flush() => _output?.Flush();

    /// <summary>Says what could not be read.</summary>
    /// <param name="report">The report of the reader.</param>
    /// <param name="exitCode">The exit code if all could be read.</param>
    /// <returns>2 when a file as a whole, or all of the input, could not be read; else <paramref name="exitCode"/>.</returns>
    public int Finish(TelemetryReadReport report, int exitCode)
    {
        Flush();
        foreach (var error in report.Errors.Take(ListedErrors))
            Error.WriteLine($"otelpipe: {Plain(error.ToString())}");
        if (report.ErrorCount > ListedErrors)
            Error.WriteLine($"otelpipe: {report.ErrorCount - ListedErrors} more errors; 'otelpipe validate' lists them");
        foreach (var file in report.Files.Where(file => file.TornBytes > 0))
            Error.WriteLine($"otelpipe: {file.Path}: the last {file.TornBytes} bytes are an unfinished line, which was left out");
        var rows = report.Spans + report.Events + report.MetricPoints;
        return report.Errors.Any(error => error.Line == 0) || (report.ErrorCount > 0 && rows == 0) ? ExitCodes.Error : exitCode;
    }

    public void Dispose() => _cancellation.Dispose();

    private static string Plain(string text) => Cli.Output.Cell.Plain(text);

    /// <summary>Standard output that notices when nobody reads it any more; .NET's own drops what is written then.</summary>
    private sealed class StandardOutput : Stream
    {
        private readonly Stream _inner = Open();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                _inner.Write(buffer);
            }
            catch (IOException exception)
            {
                throw new BrokenPipeException(exception);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        // a file stream writes where it believes the end to be, which is wrong for a file that others append to: only pipes are opened as one
        private static Stream Open()
        {
            if (OperatingSystem.IsWindows() || IsTerminal)
                return Console.OpenStandardOutput();
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
    }
}

/// <summary>Nobody reads the output any more.</summary>
internal sealed class BrokenPipeException(Exception inner) : Exception(inner.Message, inner);
