using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OtelPipeline.Cli.Tests;

/// <summary>What comes in, and who reads what goes out.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InputTests
{
    [Test]
    public async Task Standard_input_is_read()
    {
        using var workspace = new Workspace();
        var events = await workspace.PipeAsync(Sample.Logs, "events", "-", "-o", "jsonl");
        Assert.That((events.ExitCode, events.Lines.Length), Is.EqualTo((0, 3)), events.Error);
        var stats = await workspace.PipeAsync(Sample.Spans + Sample.Logs, "stats", "-", "-o", "json");
        Assert.That(stats.Json.GetProperty("spans").GetInt32(), Is.EqualTo(3));
        var none = await workspace.PipeAsync("", "stats", "-");
        Assert.That(none.ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Several_paths_and_patterns_are_read_once()
    {
        using var workspace = new Workspace();
        workspace.Write("t/logs/a.jsonl", Sample.Logs);
        workspace.Write("t/logs/b.jsonl", Sample.Logs);
        var all = await workspace.RunAsync("events", "t", "t/logs/a.jsonl", "t/**/*.jsonl", "-o", "jsonl");
        Assert.That((all.ExitCode, all.Lines.Length), Is.EqualTo((0, 6)), all.Error);
    }

    [Test]
    public async Task Missing_files_are_named()
    {
        using var workspace = new Workspace();
        workspace.Write("there.jsonl", Sample.Logs);
        var missing = await workspace.RunAsync("events", "there.jsonl", "missing.jsonl");
        Assert.That((missing.ExitCode, missing.Output), Is.EqualTo((2, "")));
        Assert.That(missing.Error, Does.Contain("'missing.jsonl'"));
        var pattern = await workspace.RunAsync("events", "*.parquet");
        Assert.That(pattern.ExitCode, Is.EqualTo(2));
        Assert.That(pattern.Error, Does.Contain("'*.parquet'"));
    }

    [Test]
    public async Task A_directory_of_everything_is_read_as_far_as_it_can_be()
    {
        using var workspace = new Workspace();
        workspace.Write("t/good.jsonl", Sample.Logs);
        workspace.Write("t/bad.jsonl", Sample.Logs + "{\"resourceLogs\":[{]\n" + Sample.Logs);
        workspace.Write("t/notes.md", "# Notes\n");
        workspace.Write("t/picture.png", [0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]);
        var all = await workspace.RunAsync("events", "t", "-o", "jsonl");
        Assert.That((all.ExitCode, all.Lines.Length), Is.EqualTo((0, 9)), all.Error);
        Assert.That(all.Error, Does.Contain("bad.jsonl:2: "));
        var strict = await workspace.RunAsync("events", "t", "-o", "jsonl", "--strict");
        Assert.That(strict.ExitCode, Is.EqualTo(2));
        Assert.That(strict.Error, Does.Contain("bad.jsonl:2: "));
    }

    [TestCase("stats")]
    [TestCase("events")]
    [TestCase("runs", "list")]
    [TestCase("trace", "ab")]
    [TestCase("suggest-columns")]
    public async Task Binary_rubbish_ends_with_2_and_a_message(params string[] command)
    {
        using var workspace = new Workspace();
        var bytes = new byte[100_000];
        new Random(7).NextBytes(bytes);
        bytes[0] = 0x41;
        workspace.Write("rubbish.bin", bytes);
        var run = await workspace.RunAsync([.. command, "rubbish.bin"]);
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
        Assert.That(run.Error, Does.Contain("rubbish.bin").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_broken_Parquet_file_ends_with_2_and_a_message()
    {
        using var workspace = new Workspace();
        workspace.Write("good.jsonl", Sample.Logs);
        workspace.Write("broken.parquet", [.. "PAR1"u8, .. new byte[100], .. "PAR1"u8]);
        var run = await workspace.RunAsync("events", "good.jsonl", "broken.parquet", "-o", "jsonl");
        Assert.That((run.ExitCode, run.Lines.Length), Is.EqualTo((2, 3)));
        Assert.That(run.Error, Does.Contain("broken.parquet"));
    }

    [Test]
    public async Task A_file_that_grows_while_it_is_read_ends_where_its_last_line_does()
    {
        using var workspace = new Workspace();
        var path = workspace.Write("t/spans/growing.jsonl", Sample.ManySpans(2_000));
        using var stop = new CancellationTokenSource();
        var line = Encoding.UTF8.GetBytes(Sample.Spans);
        var writer = Task.Run(async () =>
        {
            await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            // half lines, too
            while (!stop.IsCancellationRequested && file.Length < 200_000_000)
            {
                await file.WriteAsync(line.AsMemory(0, 100));
                await file.WriteAsync(line.AsMemory(100));
            }
        });
        var run = await workspace.RunAsync("stats", "t", "-o", "json");
        await stop.CancelAsync();
        await writer;
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Json.GetProperty("spans").GetInt32(), Is.GreaterThanOrEqualTo(2_000));
        Assert.That((run.Json.GetProperty("spans").GetInt32() - 2_000) % 3, Is.Zero);
    }

    [Test]
    public async Task A_reader_that_leaves_early_is_no_error()
    {
        using var workspace = new Workspace();
        workspace.Write("many.jsonl", string.Concat(Enumerable.Repeat(Sample.Logs, 20_000)));
        using var process = Otelpipe.Start(workspace.Path, "events", "many.jsonl", "-o", "jsonl");
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        Assert.That(await process.StandardOutput.ReadLineAsync(), Does.Contain("pipeline.run.start"));
        process.StandardOutput.Close();
        var run = await Otelpipe.EndAsync(process, Task.FromResult(""), error);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task Control_C_ends_it_cleanly()
    {
        using var workspace = new Workspace();
        using var process = Otelpipe.Start(workspace.Path, "events", "-", "-o", "jsonl");
        var error = process.StandardError.ReadToEndAsync();
        var line = Encoding.UTF8.GetBytes(Sample.Logs);
        var reading = process.StandardOutput.BaseStream.ReadAsync(new byte[1]).AsTask();
        // the command is at work when something comes out
        while (!reading.IsCompleted)
            await process.StandardInput.BaseStream.WriteAsync(line);
        Assert.That(Kill(process.Id, 2), Is.Zero);
        var output = process.StandardOutput.ReadToEndAsync();
        var run = await Otelpipe.EndAsync(process, output, error);
        Assert.That(run.ExitCode, Is.EqualTo(130));
        Assert.That(run.Error, Does.Not.Contain("   at "));
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
