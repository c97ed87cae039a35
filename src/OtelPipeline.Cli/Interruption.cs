using System.Runtime.InteropServices;

namespace OtelPipeline.Cli;

/// <summary>
/// Ctrl-C and SIGTERM end the command at its next step. What cannot be interrupted, such as waiting for the standard input, ends a moment later
/// with the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Session _session;
    private readonly PosixSignalRegistration[] _registrations;
    private Timer? _timer;

    public Interruption(Session session)
    {
        _session = session;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _timer?.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _timer, NewTimer(), null) is not null)
        {
            // asked twice: now
            Environment.Exit(ExitCodes.Interrupted);
        }

        _session.Cancel();
    }

    private static Timer NewTimer() => new(static _ => Environment.Exit(ExitCodes.Interrupted), null, Patience, Timeout.InfiniteTimeSpan);
}
