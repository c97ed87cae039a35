using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>
/// The documents of one text, YAML or JSON, as nodes with their places. It is bounded in everything that a hostile text could use: size, depth,
/// aliases that multiply and aliases that contain themselves.
/// </summary>
internal sealed class YamlDocuments
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxLength = 4_000_000;

    private const int MaxDepth = 64;
    private const long MaxNodes = 200_000;

    private readonly Parser _parser;
    private readonly string _file;
    private readonly List<SloFormatError> _errors;
    private readonly Dictionary<AnchorName, YamlNode?> _anchors = [];
    private long _nodes;

    private YamlDocuments(string text, string file, List<SloFormatError> errors)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        (_file, _errors) = (file, errors);
    }

    /// <summary>Everything up to the first error in the syntax, which is added to the errors.</summary>
    public static List<YamlNode> Read(string text, string file, List<SloFormatError> errors)
    {
        var documents = new List<YamlNode>();
        if (text.Length > MaxLength)
        {
            errors.Add(
                new(
                    file,
                    0,
                    0,
                    "",
                    $"the text has {text.Length:N0} characters; at most {MaxLength:N0} are read. Split the definition into several files."
                )
            );
            return documents;
        }

        new YamlDocuments(text, file, errors).Read(documents);
        return documents;
    }

    private void Read(List<YamlNode> documents)
    {
        try
        {
            _parser.Consume<StreamStart>();
            while (!_parser.TryConsume<StreamEnd>(out _))
            {
                _parser.Consume<DocumentStart>();
                _anchors.Clear();
                var node = Node(0);
                _parser.Consume<DocumentEnd>();

                // an empty document, as behind a last '---'
                if (node is not YamlText { IsNull: true })
                    documents.Add(node);
            }
        }
        catch (LimitException e)
        {
            _errors.Add(new(_file, e.Line, e.Column, "", e.Message));
        }
        catch (Exception e)
        {
            // on broken texts the scanner throws more than its own exceptions
            var at = (e as YamlException)?.Start ?? _parser.Current?.End ?? Mark.Empty;
            _errors.Add(
                new(_file, (int)at.Line, (int)at.Column, "", $"this is no valid YAML: {(e.InnerException ?? e).Message.TrimEnd('.')}.")
            );
        }
    }

    private YamlNode Node(int depth)
    {
        var next = _parser.Current ?? throw new LimitException("the text ends unexpectedly.", default);
        if (depth > MaxDepth)
            throw new LimitException($"values are nested more than {MaxDepth} deep.", next.Start);
        if (++_nodes > MaxNodes)
            throw new LimitException($"the text has more than {MaxNodes:N0} values.", next.Start);
        var (line, column) = ((int)next.Start.Line, (int)next.Start.Column);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return Resolve(alias);
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            var isPlain = scalar.Style is ScalarStyle.Plain && scalar.Tag.IsEmpty;
            return Anchored(scalar, new YamlText(scalar.Value, isPlain, line, column));
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            Open(sequence);
            var list = new YamlList(line, column);
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                list.Items.Add(Node(depth + 1));
                Grow(list, list.Items[^1]);
            }

            return Anchored(sequence, list);
        }

        var mapping = _parser.Consume<MappingStart>();
        Open(mapping);
        return Anchored(mapping, Map(new YamlMap(line, column), depth));
    }

    private YamlMap Map(YamlMap map, int depth)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            Grow(map, value);
            if (key is not YamlText text)
                _errors.Add(new(_file, key.Line, key.Column, "", $"a key must be text, not {key.Description}."));
            else if (!keys.Add(text.Value))
                _errors.Add(new(_file, key.Line, key.Column, "", $"the key '{text.Value}' is there twice in the same object."));
            else
                map.Entries.Add((text, value));
        }

        return map;
    }

    private void Open(NodeEvent start)
    {
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor] = null;
    }

    private T Anchored<T>(NodeEvent start, T node)
        where T : YamlNode
    {
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor] = node;
        return node;
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node))
            throw new LimitException($"the alias '*{alias.Value}' names an anchor that is not there.", alias.Start);
        return node ?? throw new LimitException($"the alias '*{alias.Value}' stands within its own anchor: a cycle.", alias.Start);
    }

    private static void Grow(YamlNode parent, YamlNode child)
    {
        parent.Size += child.Size;
        if (parent.Size > MaxNodes)
            throw new LimitException(
                $"aliases multiply this to more than {MaxNodes:N0} values.",
                new Mark(0, Math.Max(1, child.Line), Math.Max(1, child.Column))
            );
    }

    private sealed class LimitException(string message, Mark at) : Exception(message)
    {
        public int Line => (int)at.Line;

        public int Column => (int)at.Column;
    }
}
