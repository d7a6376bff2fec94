using System.Text;
using System.Xml;
using CommunityFund.Books;

namespace CommunityFund.Documents;

/// <summary>
/// XML of e-invoices, read once from beginning to end without entities and without anything from outside. Web pages and drawings
/// that browsers run are XML too, or nearly; they are no documents.
/// </summary>
internal static class MarkupFile
{
    private static readonly string[] Pages = ["html", "svg", "script", "iframe", "stylesheet", "transform"];
    private static readonly string[] NumberNames = ["eiid", "invoicenumber", "invoiceno", "fphm", "einvoicenumber", "发票号码", "票据号码"];
    private static readonly string[] CodeNames = ["invoicecode", "fpdm", "einvoicecode", "发票代码", "票据代码"];

    public static SeenDocument See(byte[] content, string name)
    {
        string begins = Encoding.Latin1.GetString(content, 0, Math.Min(content.Length, 4096));
        if (begins.Contains("<html", StringComparison.OrdinalIgnoreCase) || begins.Contains("<!doctype", StringComparison.OrdinalIgnoreCase)
            || begins.Contains("<svg", StringComparison.OrdinalIgnoreCase) || begins.Contains("<script", StringComparison.OrdinalIgnoreCase))
        {
            throw SeenDocument.No(SeenDocument.WebPage, name);
        }

        if (!begins.TrimStart('\u00ef', '\u00bb', '\u00bf', ' ', '\t', '\r', '\n').StartsWith('<') && !IsWide(content))
        {
            throw SeenDocument.No(SeenDocument.OtherKind, name);
        }

        try
        {
            string invoice = Read(content);
            return new SeenDocument(FileKind.Xml, invoice.Length > 0 ? invoice : null);
        }
        catch (NotSupportedException)
        {
            throw SeenDocument.No(SeenDocument.WebPage, name);
        }
        catch (Exception broken) when (broken is XmlException or ArgumentException or DecoderFallbackException)
        {
            throw SeenDocument.No(SeenDocument.Broken, name);
        }
    }

    /// <summary>The number an OFD says of itself: empty if none, null if the XML is not whole.</summary>
    public static string? InvoiceOf(byte[] content)
    {
        try
        {
            return Read(content);
        }
        catch (Exception broken) when (broken is XmlException or ArgumentException or DecoderFallbackException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsWide(byte[] content) => content is [0xff, 0xfe, (byte)'<', ..] or [0xfe, 0xff, 0, (byte)'<', ..];

    private static string Read(byte[] content)
    {
        XmlReaderSettings settings = new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = SeenDocument.LargestBytes,
            MaxCharactersFromEntities = 1024,
        };
        using XmlReader reader = XmlReader.Create(new MemoryStream(content), settings);
        (string number, string code, string field) = ("", "", "");
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    ThrowIfPage(reader);
                    field = reader.GetAttribute("Name") is { } custom && reader.LocalName == "CustomData" ? custom : reader.LocalName;
                    break;
                case XmlNodeType.EndElement:
                    field = "";
                    break;
                case XmlNodeType.ProcessingInstruction when reader.Name == "xml-stylesheet":
                    throw new NotSupportedException();
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    string digits = reader.Value.Trim();
                    bool fits = digits.Length is >= 8 and <= 20 && digits.All(char.IsAsciiDigit);
                    number = fits && number.Length == 0 && NumberNames.Contains(field.ToLowerInvariant()) ? digits : number;
                    code = fits && code.Length == 0 && CodeNames.Contains(field.ToLowerInvariant()) ? digits : code;
                    break;
            }
        }

        // Numbers of eight or ten digits begin anew with each code; those of twenty stand alone.
        return number.Length is > 0 and < 20 ? code + number : number;
    }

    private static void ThrowIfPage(XmlReader reader)
    {
        if (Pages.Contains(reader.LocalName.ToLowerInvariant())
            || reader.NamespaceURI is "http://www.w3.org/1999/xhtml" or "http://www.w3.org/2000/svg" or "http://www.w3.org/1999/XSL/Transform")
        {
            throw new NotSupportedException();
        }
    }
}
