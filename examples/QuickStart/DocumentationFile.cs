using System.Xml;

namespace QuickStart;

/// <summary>One XML documentation file, as the C# compiler writes it.</summary>
internal sealed record DocumentationFile(string Assembly, List<DocumentedMember> Members)
{
    /// <summary>Reads a file; null where it is XML of another kind.</summary>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    public static DocumentationFile? Parse(SourceFile file)
    {
        using var reader = XmlReader.Create(
            new MemoryStream(file.Content),
            new XmlReaderSettings
            {
                IgnoreWhitespace = true,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            }
        );
        reader.MoveToContent();
        var isDocumentation = reader.LocalName == "doc";
        var assembly = Path.GetFileNameWithoutExtension(file.Path);
        var members = new List<DocumentedMember>();
        while (reader.Read())
        {
            if (!isDocumentation || reader.NodeType != XmlNodeType.Element)
                continue;
            if (reader is { LocalName: "name", Depth: 2 })
                assembly = reader.ReadString();
            else if (reader is { LocalName: "member", Depth: 2 } && reader.GetAttribute("name") is { } id)
                members.Add(ReadMember(reader, id));
        }

        return isDocumentation ? new DocumentationFile(assembly, members) : null;
    }

    // documented: it has a summary that says something, or takes it over from elsewhere
    private static DocumentedMember ReadMember(XmlReader reader, string id)
    {
        using var member = reader.ReadSubtree();
        var isDocumented = false;
        var textLength = 0;
        var summaryDepth = int.MaxValue;
        while (member.Read())
        {
            if (member.Depth > summaryDepth)
                isDocumented = true;
            else
                summaryDepth = member is { NodeType: XmlNodeType.Element, LocalName: "summary" } ? member.Depth : int.MaxValue;
            if (member is { NodeType: XmlNodeType.Element, LocalName: "inheritdoc" })
                isDocumented = true;
            else if (member.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                textLength += member.Value.AsSpan().Trim().Length;
        }

        return new DocumentedMember(id, isDocumented, textLength);
    }
}

/// <summary>A type, method or other member, and the number of characters that its documentation has.</summary>
internal readonly record struct DocumentedMember(string Id, bool IsDocumented, int TextLength);
