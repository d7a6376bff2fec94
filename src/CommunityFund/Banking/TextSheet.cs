using CommunityFund.Books;

namespace CommunityFund.Banking;

/// <summary>A text whose lines are rows.</summary>
internal sealed class TextSheet(string name, StatementBytes content, StatementText text) : StatementSheet(name, text.Name)
{
    public override bool HasHalves => text.HasHalves;

    public override char[] Delimiters => [',', '\t', ';', '|', '^'];

    /// <summary>As it is kept. WeChat's merchants get every value behind a back-tick, which keeps a spreadsheet from rounding
    /// it.</summary>
    public static string Cleaned(string cell)
    {
        string plain = PlainText.Of(cell);
        return plain.StartsWith('`') ? plain.Trim('`').Trim() : plain;
    }

    public override int RefuseTooLong()
    {
        // In UTF-16 the byte of a line feed is a part of other characters too.
        int rows = Encoding.StartsWith("UTF-16", StringComparison.Ordinal) ? 0 : content.Pieces().Sum(piece => piece.AsSpan().Count((byte)'\n'));
        return rows > MostRows ? throw TooManyLines : rows;
    }

    public override IEnumerable<StatementRow> Rows(char delimiter, int width, int until = int.MaxValue)
    {
        using TextReader reader = text.Open(content);
        foreach (StatementRow row in new StatementRows(reader, delimiter, width).Read(until))
        {
            yield return Checked(row, until);
        }
    }
}
