using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Documents;

/// <summary>What a document is called: words of the sender, never a path and never more than words.</summary>
public static class DocumentName
{
    private const int Longest = 120;

    /// <summary>The name as it is kept: without folders, characters that cannot be seen, and what is too long in its middle.</summary>
    public static string Of(string? sent)
    {
        string name = PlainText.Of(sent);
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Trim('.', ' ');
        return name.Length == 0 ? "?" : Shorten(name);
    }

    /// <summary>The name a download gets: what a file system takes anywhere, and its last ending is that of its bytes.</summary>
    public static string ForDownload(string name, FileKind format)
    {
        string ending = EndingOf(format);
        string plain = string.Concat(name.Select(c => c is ':' or '*' or '?' or '"' or '<' or '>' or '|' or '/' or '\\' or '%' or ';'
            ? '_' : c)).Trim('.', ' ');
        bool isCalledSo = plain.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
            || (format == FileKind.Jpeg && plain.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase));
        return isCalledSo && plain.Length > ending.Length ? plain : $"{(plain.Length == 0 ? "_" : plain)}{ending}";
    }

    public static string MediaTypeOf(FileKind format) => format switch
    {
        FileKind.Pdf => "application/pdf",
        FileKind.Jpeg => "image/jpeg",
        FileKind.Png => "image/png",
        FileKind.Heic => "image/heic",
        FileKind.Paper => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };

    private static string EndingOf(FileKind format) => format switch
    {
        FileKind.Jpeg => ".jpg",
        FileKind.Paper => ".txt",
        _ => $".{Codes.Kebab(format)}",
    };

    /// <summary>Keeps beginning and end, where date and ending stand; a character of two halves stays whole.</summary>
    private static string Shorten(string name)
    {
        Rune[] runes = [.. name.EnumerateRunes()];
        return name.Length <= Longest ? name
            : string.Concat(runes.Take(45).Append(new Rune('…')).Concat(runes.TakeLast(14)).Select(rune => rune.ToString()));
    }
}
