using System.Buffers;
using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Files;

/// <summary>
/// JSON text: a document per line, several on a line, or documents that stretch over lines. Which of these is decided per document, by
/// whether it ends on the line on which it starts.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="buffer">Holds the bytes.</param>
/// <param name="part">What of the file is read.</param>
internal sealed class JsonRecordReader(FileReading file, byte[] buffer, FilePart part) : RecordReader(file, buffer)
{
    // how often in a row a broken document is searched for documents inside: what is nested cannot make reading quadratic
    private const int MaxSearches = 8;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\\n"u8);

    private long _line = 1 + part.LinesBefore;

    // bytes from Start on that hold no line end
    private int _scanned;

    // something else than white space has been seen on this line
    private bool _lineHasContent;

    // the document before ended on its line: an unfinished line is then a broken line
    private bool _lines = part.AfterLines;
    private bool _discardLine;
    private bool _findObject;
    private int _searches;

    // the document that stretches over several lines: how much of it has been looked at, and what was found
    private bool _spread;
    private int _depth;
    private bool _inString;
    private int _nextAttempt;

    public override long Line => _line;

    /// <summary>Whether the document before ended on its line.</summary>
    public bool InLines => _lines;

    /// <summary>Whether there was a document that did not end on its line.</summary>
    public bool SpreadsOverLines { get; private set; }

    public override ReadStep Next()
    {
        while (true)
        {
            if (_discardLine && !DiscardLine())
                return Completed ? ReadStep.End : ReadStep.NeedData;
            if (_spread)
                return NextSpread();
            // what is nested in a pretty-printed document is indented
            if (_findObject && !Unread.IsEmpty && Unread[0] != '{')
            {
                _discardLine = true;
                continue;
            }

            if (!_findObject)
                SkipWhitespace();
            if (Unread.IsEmpty)
                return Completed ? ReadStep.End : ReadStep.NeedData;
            _findObject = false;
            var length = Unread[_scanned..].IndexOf((byte)'\n');
            var terminated = length >= 0;
            length = terminated ? length + _scanned : Unread.Length;
            if (length > File.MaxRecordBytes)
            {
                File.Error(_line, $"the line is longer than {File.MaxRecordBytes} bytes (MaxRecordBytes)");
                _discardLine = true;
                continue;
            }

            if (!terminated && !Completed)
            {
                _scanned = length;
                return ReadStep.NeedData;
            }

            _scanned = 0;
            ReadLine(Unread[..length], terminated);
            return ReadStep.Rows;
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line, bool terminated)
    {
        var rest = line;
        var documents = 0;
        RecordLine = _line;
        while (!(rest = rest.TrimStart(" \t\r"u8)).IsEmpty)
        {
            var result = File.Json.Parse(rest, Buffer, out var position);
            if (result == DocumentResult.Read)
            {
                File.MoveLeniencies();
                if (documents++ == 1)
                    File.Forgive(Leniency.SeveralDocumentsOnOneLine, _line);
                rest = rest[position..];
                continue;
            }

            var start = line.Length - rest.Length;
            if (result == DocumentResult.Incomplete && (!_lines || rest.TrimEnd(" \t\r"u8).Length == 1))
            {
                Start += start;
                BeginSpread();
                return;
            }

            if (!terminated && (result == DocumentResult.Incomplete || rest.Contains((byte)0)))
                File.Torn(rest.Length);
            else if (result == DocumentResult.Incomplete)
                File.Error(_line, "the line ends before its JSON object does");
            else
                File.Error(_line, $"{File.Json.Error}, at byte {start + position + 1} of the line");
            documents = 0;
            break;
        }

        if (documents > 0)
        {
            _lines = true;
            _searches = 0;
        }

        _lineHasContent = true;
        if (line[^1] == '\r' && terminated)
            File.Forgive(Leniency.CarriageReturn, _line);
        Start += line.Length;
        if (terminated)
            EndLine();
    }

    private void BeginSpread()
    {
        _spread = true;
        SpreadsOverLines = true;
        _scanned = 0;
        _depth = 0;
        _inString = false;
        _nextAttempt = RecordReader.BufferSize;
    }

    private ReadStep NextSpread()
    {
        var length = FindDocumentEnd();
        if (length < 0 && !Completed && Unread.Length < File.MaxRecordBytes && Unread.Length < _nextAttempt)
            return ReadStep.NeedData;
        var document = length < 0 ? Unread : Unread[..length];
        RecordLine = _line;
        var result = File.Json.Parse(document, Buffer, out var position);
        if (result == DocumentResult.Read)
        {
            File.MoveLeniencies();
            File.Forgive(Leniency.MultiLineDocument, _line);
            _spread = false;
            _scanned = 0;
            _lines = false;
            _searches = 0;
            _lineHasContent = true;
            _line += document[..position].Count((byte)'\n');
            Start += position;
            return ReadStep.Rows;
        }

        if (result == DocumentResult.Incomplete && length < 0 && !Completed && Unread.Length < File.MaxRecordBytes)
        {
            // so far nothing is wrong; the next look comes when there is twice as much, so that all looks together cost two
            _nextAttempt = Unread.Length * 2;
            return ReadStep.NeedData;
        }

        ReportSpread(document, result, position);
        return ReadStep.Rows;
    }

    /// <summary>The length of the document that starts at Start, by its braces; -1 when its end is not there yet.</summary>
    private int FindDocumentEnd()
    {
        var unread = Unread;
        var i = _scanned;
        while (i < unread.Length)
        {
            var next = unread[i..].IndexOfAny(_inString ? StringEnd : Structure);
            if (next < 0)
            {
                i = unread.Length;
                break;
            }

            i += next;
            var c = unread[i++];
            if (_inString)
            {
                if (c == '\\')
                {
                    // what is escaped may not be there yet
                    if (i == unread.Length)
                    {
                        i--;
                        break;
                    }

                    i++;
                }
                else if (c == '\n')
                    return i;
                else
                    _inString = false;
            }
            else if (c == '"')
                _inString = true;
            else if (c is (byte)'{' or (byte)'[')
                _depth++;
            else if (--_depth <= 0)
                return i;
        }

        _scanned = i;
        return -1;
    }

    private void ReportSpread(ReadOnlySpan<byte> document, DocumentResult result, int position)
    {
        var firstEnd = document.IndexOf((byte)'\n');
        if (firstEnd < 0 && (result == DocumentResult.Incomplete || document.Contains((byte)0)) && Completed)
            File.Torn(document.Length);
        else if (firstEnd >= 0 && (position == firstEnd || (firstEnd + 1 < document.Length && document[firstEnd + 1] == '{')))
            File.Error(_line, "the line ends before its JSON object does");
        else if (result == DocumentResult.Incomplete && Completed)
            File.Error(_line, "the JSON document that starts here is not closed before the end of the file");
        else if (result == DocumentResult.Incomplete)
            File.Error(_line, $"the JSON document that starts here is longer than {File.MaxRecordBytes} bytes (MaxRecordBytes)");
        else
        {
            var before = document[..position];
            var line = _line + before.Count((byte)'\n');
            var origin = line == _line ? "" : $", in the JSON document that starts at line {_line}";
            File.Error(line, $"{File.Json.Error}, at byte {position - before.LastIndexOf((byte)'\n')} of the line{origin}");
        }

        // go on behind the first line of the document, or after too many such tries behind what is known to be broken
        var skipped = _searches++ < MaxSearches ? firstEnd : Math.Max(position - 1, firstEnd);
        skipped = skipped < 0 ? document.Length : Math.Min(skipped, document.Length);
        _line += document[..skipped].Count((byte)'\n');
        Start += skipped;
        _spread = false;
        _scanned = 0;
        _lines = result == DocumentResult.Incomplete;
        _findObject = true;
        _discardLine = true;
    }

    private bool DiscardLine()
    {
        var end = Unread.IndexOf((byte)'\n');
        _scanned = 0;
        Start += end < 0 ? Unread.Length : end;
        if (end < 0)
            return false;
        _lineHasContent = true;
        EndLine();
        _discardLine = false;
        return true;
    }

    private void EndLine()
    {
        Start++;
        _line++;
        _lineHasContent = false;
    }

    private void SkipWhitespace()
    {
        while (!Unread.IsEmpty)
        {
            switch (Unread[0])
            {
                case (byte)'\n':
                    if (!_lineHasContent)
                        File.Forgive(Leniency.BlankLine, _line);
                    EndLine();
                    break;
                case (byte)'\r':
                    // at the end of the buffer it waits for its line feed
                    if (Unread.Length == 1 && !Completed)
                        return;
                    if (Unread.Length > 1 && Unread[1] == '\n')
                        File.Forgive(Leniency.CarriageReturn, _line);
                    Start++;
                    break;
                case (byte)' ' or (byte)'\t':
                    Start++;
                    break;
                default:
                    return;
            }

            _scanned = 0;
        }
    }
}
