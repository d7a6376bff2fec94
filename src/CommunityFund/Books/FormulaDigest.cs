using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace CommunityFund.Books;

/// <summary>
/// The digest of the formulas of one row of a formatted sheet (form cw1, reports/workbook-cw1), so that one that was changed under a right
/// value is named. Programs that save a file again write the same formula in several ways: spaces, the marks around a sheet's name and the
/// case of letters outside of texts do not count.
/// </summary>
internal sealed class FormulaDigest
{
    private readonly StringBuilder _row = new();

    /// <summary>The first digits of it; empty for a row without formulas.</summary>
    /// <param name="sheet">The name that the sheet had.</param>
    public string Of(SheetReader reader, string sheet)
    {
        if (!reader.HasFormula)
        {
            return "";
        }

        _row.Clear().Append(sheet).Append(reader.Row).Append('\n');
        for (int i = 0; i < reader.Width; i++)
        {
            if (reader.Formula(i) is { Length: > 0 } formula)
            {
                _row.Append(i).Append('f').Append(Plain(formula)).Append('\n');
            }
        }

        return RowDigest.ShownOf(SHA256.HashData(Encoding.UTF8.GetBytes(_row.ToString())));
    }

    /// <summary>A formula as it counts.</summary>
    public static string Plain(string formula)
    {
        StringBuilder plain = new(formula.Length);
        bool isText = false;
        foreach (char sign in formula)
        {
            isText ^= sign == '"';
            if (isText || sign == '"')
            {
                plain.Append(sign);
            }
            else if (sign is not ('\'' or ' ' or '\n' or '\r' or '\t'))
            {
                plain.Append(char.IsAsciiLetterLower(sign) ? (char)(sign - 32) : sign);
            }
        }

        return plain.ToString();
    }
}
